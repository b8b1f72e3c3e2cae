import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type MemoryRecord, readRecords } from '../../../src/commands/bench/memory/record.ts';
import { planInputOf, planWithRoom } from '../../../src/commands/bench/memory/training.ts';
import type { DataSummary } from '../../../src/dataset/schema.ts';
import type { Host } from '../../../src/hardware/card.ts';
import { emulateCards } from '../../../src/hardware/emulate.ts';
import { parseCardSpec } from '../../../src/hardware/spec.ts';
import { loadModelShape } from '../../../src/model/load.ts';
import { draftPlan } from '../../../src/plan/draft.ts';
import type { PlanInput } from '../../../src/plan/input.ts';
import type { MeasuredSpeed } from '../../../src/plan/measured-speed.ts';
import type { ErrorBounds } from '../../../src/plan/rates.ts';
import type { Plan } from '../../../src/plan/schema.ts';
import { throughput } from '../../../src/plan/throughput.ts';
import { parseRecipe, type RecipeDraft } from '../../../src/recipe/parse.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const readText = (file: string) => readFileSync(path.resolve(root, file), 'utf8');
const read = (file: string) => JSON.parse(readText(file));

/** A training whose speed was measured, and what its plan is made from. */
interface MeasuredTraining {
  name: string;
  date: string;
  torch: string;
  /** In the catalogue, or a folder of the repository. */
  model: string;
  /** As `plan --gpus` takes them; absent for CPU ranks. */
  cards?: string;
  /** As `--emulate` takes it. */
  emulate?: string;
  cores?: number;
  recipe: RecipeDraft;
  /** Tokens of the samples, over and over, of which the second half is learned; or a file of the repository with them. */
  samples: number[] | string;
  /** Whether 1F1B had as many micro-batches in flight as hide transfers; false where absent. */
  eager?: boolean;
  /** How long packed rows were, where that was not the planner's choice, and how many a step had on average. */
  packed?: { length: number; rowsPerStep: number };
  tokensPerSecond: number;
  /** By rank. */
  busyShare?: number[];
}

/** A training that was measured, and what is predicted of it. */
export interface SpeedCase {
  name: string;
  /** Constants may be fitted on all but those held out (`bench --memory`). */
  heldOut: boolean;
  tokensPerSecond: number;
  /** Tokens/s by the speed model as it is. */
  predict(): Promise<number>;
}

type SpeedRecord = MemoryRecord & Record<'stepSeconds' | 'tokensPerSecond' | 'rehearsalSeconds', number>;

/** What `bench --memory` has measured of trainings that came to their last step. Where samples are of unlike lengths, that step is one of many. */
export const speedRecords: SpeedRecord[] = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.jsonl'))
  .flatMap((name) => readRecords(readText(`test/plan/measurements/${name}`)))
  .filter((record): record is SpeedRecord => record.stepSeconds !== null && record.rehearsalSeconds !== null);

/** The plan of today for it. */
export function planRecord(
  { configuration, data, ...place }: SpeedRecord,
  measuredSpeeds: MeasuredSpeed[] = [],
): Plan {
  return planWithRoom({ ...planInputOf(configuration, place, data), measuredSpeeds });
}

/** Those of `speed.json`, and those of `bench --memory` that trained to the end. */
export const speedCases: SpeedCase[] = [
  ...(read('test/plan/measurements/speed.json') as MeasuredTraining[]).map((one) => ({
    name: one.name,
    heldOut: false,
    tokensPerSecond: one.tokensPerSecond,
    predict: () => predictSpeed(one),
  })),
  ...speedRecords.map((record) => ({
    name: record.configuration.name,
    heldOut: record.configuration.half === 'held-out',
    tokensPerSecond: record.tokensPerSecond,
    predict: async () => planRecord(record).throughput.tokensPerSecond,
  })),
];

async function predictSpeed(one: MeasuredTraining): Promise<number> {
  const { model, cards, emulate, cores, recipe, samples, packed, name } = one;
  const lengths: number[] = typeof samples === 'string' ? read(samples).lengths : samples;
  const isFolder = model.startsWith('.');
  const shape = await loadModelShape(isFolder ? path.resolve(root, model) : model, { shapeOnly: true });
  const real = cards === undefined ? [] : parseCardSpec(cards);
  const host: Host = {
    platform: 'linux',
    cpu: 'test',
    cores: cores ?? 64,
    ramTotalBytes: 2 ** 39,
    ramAvailableBytes: 2 ** 39,
    swapTotalBytes: 0,
  };
  const input: PlanInput = {
    recipe: parseRecipe({ ...recipe, model, weights: 'random' }, name),
    model: shape,
    cards: emulate === undefined ? real : emulateCards(emulate, real),
    host,
    data: summarize(lengths),
    datasets: [],
    device: 'auto',
    disk: null,
    measuredMemory: [],
    measuredSpeeds: [],
    ownPython: true,
    hostName: 'localhost',
  };
  const { stages, workload: chosen } = draftPlan(input, 'overflow');
  const workload = { ...chosen, eager: one.eager ?? false };
  if (packed === undefined) return throughput(stages, workload).tokensPerSecond;
  const { length, rowsPerStep } = packed;
  const samplesPerRow = input.recipe.batchSize / rowsPerStep;
  const mean = (samplesPerRow * lengths.reduce((sum, tokens) => sum + tokens, 0)) / lengths.length;
  return throughput(stages, {
    ...workload,
    packedLength: length,
    microBatches: rowsPerStep,
    lengths: { longest: length, padded: length, mean, learned: mean / 2 },
  }).tokensPerSecond;
}

/** As the trainer's `synthesize` does. */
function summarize(lengths: readonly number[]): DataSummary {
  const histogram = lengths
    .toSorted((a, b) => a - b)
    .map((length) => ({ upTo: length, rows: lengths.filter((other) => other === length).length }))
    .filter(({ upTo }, index, all) => all[index + 1]?.upTo !== upTo);
  return {
    version: 1,
    files: [],
    rows: lengths.length,
    template: 'none',
    cutoffLength: 2 ** 20,
    tokens: {
      total: lengths.reduce((sum, length) => sum + length, 0),
      longest: Math.max(...lengths),
      truncatedRows: 0,
      histogram,
    },
    targetTokens: lengths.reduce((sum, length) => sum + Math.ceil(length / 2), 0),
    badRows: [],
    contentHash: '',
    sample: [],
  };
}

/** Of errors without their sign. */
export function summarizeErrors(errors: readonly number[]): ErrorBounds {
  const sizes = errors.map(Math.abs).toSorted((a, b) => a - b);
  const at = (share: number) => sizes[Math.ceil(share * sizes.length) - 1] ?? 0;
  return { median: at(0.5), most: at(0.9), worst: at(1) };
}
