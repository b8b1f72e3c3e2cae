import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { DataSummary } from '../../../src/dataset/schema.ts';
import type { Host } from '../../../src/hardware/card.ts';
import { emulateCards } from '../../../src/hardware/emulate.ts';
import { parseCardSpec } from '../../../src/hardware/spec.ts';
import { loadModelShape } from '../../../src/model/load.ts';
import { draftPlan } from '../../../src/plan/draft.ts';
import type { PlanInput } from '../../../src/plan/input.ts';
import { throughput } from '../../../src/plan/throughput.ts';
import { parseRecipe, type RecipeDraft } from '../../../src/recipe/parse.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (file: string) => JSON.parse(readFileSync(path.resolve(root, file), 'utf8'));

/** A training whose speed was measured, and what its plan is made from. */
export interface MeasuredSpeed {
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

export const measuredSpeeds: MeasuredSpeed[] = read('test/plan/measurements/speed.json');

/** Tokens/s that the planner of today predicts for it. */
export async function predictSpeed(one: MeasuredSpeed): Promise<number> {
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
export function summarizeErrors(errors: readonly number[]): { median: number; worst: number } {
  const sizes = errors.map(Math.abs).toSorted((a, b) => a - b);
  return { median: sizes[sizes.length >> 1] ?? 0, worst: sizes.at(-1) ?? 0 };
}
