import type { DataSummary } from '../dataset/schema.ts';
import { type RowLengths, rowLengths, sampleLength } from './lengths.ts';

/** Packed rows are a multiple of this: memory-efficient attention pads the mask of any other length, row by row. */
const LENGTH_MULTIPLE = 16;
/** Each row length tried is longer than the one before by this factor. */
const LENGTH_STEP = 1.25;
/** Samples drawn to find out how many rows a step has, and steps made of them at most and at least. */
const DRAWN_SAMPLES = 2048;
const DRAWN_STEPS = [2, 32] as const;

/** How the samples of a step lie in rows and micro-batches. */
export interface Layout {
  /** Tokens of a row that samples share; null where each has a row of its own. */
  packedLength: number | null;
  /** Per replica and step, on average: with packing not a whole number. */
  microBatches: number;
  /** The most that a step has to be reckoned with: what is allocated for each micro-batch is planned for these. */
  mostMicroBatches: number;
  lengths: RowLengths;
}

/** What packing depends on. */
export interface Packing {
  data: DataSummary | null;
  cutoffLength: number;
  batchSize: number;
  microBatchSize: number;
  dataParallel: number;
  /** Of a step that is laid out so. */
  secondsOf(layout: Layout): number;
}

/**
 * Layouts of packed steps, the fastest first; the second, where there is one, has the shortest rows possible and needs the
 * least memory. Rows are as long as the longest sample at least and as the cut-off at most. Long rows waste less of
 * their ends and keep a card busier; short ones make more micro-batches, which keep more cards busy.
 */
export function packedLayouts(packing: Packing): Layout[] {
  const steps = drawSteps(packing);
  const lengths = rowLengths(packing.data, packing.cutoffLength, 1);
  const shortest = padTo(Math.min(lengths.longest, packing.cutoffLength));
  const candidates = [shortest];
  while (candidates.at(-1)! < packing.cutoffLength) {
    candidates.push(padTo(Math.min(candidates.at(-1)! * LENGTH_STEP, packing.cutoffLength)));
  }
  const layouts = candidates.map((length) => layOut(packing, lengths, steps, length));
  const times = layouts.map((layout) => packing.secondsOf(layout));
  const fastest = times.indexOf(Math.min(...times));
  return fastest === 0 ? [layouts[0]!] : [layouts[fastest]!, layouts[0]!];
}

function padTo(tokens: number): number {
  return Math.ceil(tokens / LENGTH_MULTIPLE) * LENGTH_MULTIPLE;
}

/** Sample lengths of steps as they may come, always the same ones for the same data. */
function drawSteps({ data, cutoffLength, batchSize }: Packing): number[][] {
  const [least, most] = DRAWN_STEPS;
  const count = Math.min(most, Math.max(least, Math.floor(DRAWN_SAMPLES / batchSize)));
  const random = randomNumbers();
  return Array.from({ length: count }, () =>
    Array.from({ length: batchSize }, () => sampleLength(data, cutoffLength, random())).sort((a, b) => b - a),
  );
}

function layOut(packing: Packing, lengths: RowLengths, steps: number[][], length: number): Layout {
  const { batchSize, microBatchSize, dataParallel } = packing;
  const perMicroBatch = microBatchSize * dataParallel;
  const counts = steps.map((samples) => Math.ceil(countRows(samples, length) / perMicroBatch));
  const microBatches = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const samplesPerRow = batchSize / (microBatches * perMicroBatch);
  return {
    packedLength: length,
    microBatches,
    mostMicroBatches: Math.max(...counts),
    lengths: {
      longest: length,
      padded: length,
      mean: lengths.mean * samplesPerRow,
      learned: lengths.learned * samplesPerRow,
    },
  };
}

/** Rows that first-fit decreasing needs (`ft_trainer/packing.py`); `samples` are sorted, the longest first. */
function countRows(samples: readonly number[], capacity: number): number {
  const room: number[] = [];
  for (const length of samples) {
    const row = room.findIndex((left) => left >= length);
    if (row < 0) room.push(capacity - length);
    else room[row]! -= length;
  }
  return room.length;
}

/** Even numbers between 0 and 1 by a linear congruential generator (Numerical Recipes, section 7.1). */
function randomNumbers(): () => number {
  let state = 1;
  return () => {
    state = (1664525 * state + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
