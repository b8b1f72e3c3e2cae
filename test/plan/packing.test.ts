import { describe, expect, test } from 'vitest';
import { type Layout, packedLayouts } from '../../src/plan/packing.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { cards, dataOf, planInput } from './fixtures.ts';

const packing = {
  data: dataOf(Array(200).fill(128)),
  cutoffLength: 1024,
  batchSize: 32,
  microBatchSize: 1,
  dataParallel: 1,
  secondsOf: inStages(1),
};

/** As long as the padded tokens of a pipeline of so many stages, and a little for every micro-batch. */
function inStages(stages: number) {
  return ({ microBatches, lengths }: Layout) => (microBatches + stages - 1) * (lengths.padded + 256);
}

const short = Array.from({ length: 400 }, (_, index) => 20 + ((index * 37) % 300));

describe('rows that samples share', () => {
  test('are never shorter than the longest sample nor longer than the cut-off', () => {
    for (const stages of [1, 2, 8]) {
      for (const { packedLength } of packedLayouts({
        ...packing,
        data: dataOf(short),
        secondsOf: inStages(stages),
      })) {
        expect(packedLength).toBeGreaterThanOrEqual(Math.max(...short));
        expect(packedLength).toBeLessThanOrEqual(1024);
      }
    }
  });

  test('are shorter for more stages, which need more micro-batches', () => {
    const [one] = packedLayouts({ ...packing, data: dataOf(short) });
    const [eight] = packedLayouts({ ...packing, data: dataOf(short), secondsOf: inStages(8) });
    expect(eight!.packedLength).toBeLessThan(one!.packedLength!);
    expect(eight!.microBatches).toBeGreaterThan(one!.microBatches);
  });

  test('hold together the tokens of a step, and are few enough to be worth it', () => {
    const [layout] = packedLayouts({ ...packing, data: dataOf(short), secondsOf: inStages(2) });
    const { microBatches, mostMicroBatches, lengths } = layout!;
    const mean = short.reduce((sum, length) => sum + length, 0) / short.length;
    expect(microBatches * lengths.mean).toBeCloseTo(32 * mean, 0);
    expect(mostMicroBatches).toBeGreaterThanOrEqual(microBatches);
    expect(lengths.mean / lengths.padded).toBeGreaterThan(0.75);
  });

  test('are one to a sample where nothing was read: each is as long as the cut-off', () => {
    const layouts = packedLayouts({ ...packing, data: null, batchSize: 8, dataParallel: 2 });
    expect(layouts).toHaveLength(1);
    expect(layouts[0]).toMatchObject({ packedLength: 1024, microBatches: 4, mostMicroBatches: 4 });
  });

  test('make micro-batches of whole rows for every replica', () => {
    // Rows of 128 hold one sample each: 30 rows, 8 micro-batches of 2 on each of 2 replicas, the last not full.
    const layouts = packedLayouts({ ...packing, batchSize: 30, microBatchSize: 2, dataParallel: 2 });
    expect(layouts.at(-1)).toMatchObject({ packedLength: 128, microBatches: 8 });
  });
});

describe('a packed plan', () => {
  const input = planInput(
    { packing: true, batchSize: 15, microBatchSize: 2 },
    { data: dataOf(short), cards: cards(2) },
  );

  test('takes any batch size, and says how long its rows are', () => {
    const plan = makePlan(input);
    expect(plan.fits).toBe(true);
    expect(plan.packedLength).toBeGreaterThanOrEqual(320);
    expect(plan.assumed.join()).toContain(`rows of ${plan.packedLength} tokens`);
  });

  test('is faster than one that pads, where samples are short', () => {
    const settings = { batchSize: 32, microBatchSize: 1 };
    const [packed, padded] = [true, false].map((on) =>
      makePlan(planInput({ ...settings, packing: on }, { data: dataOf(short), cards: cards(2) })),
    );
    expect(packed!.throughput.tokensPerSecond).toBeGreaterThan(1.2 * padded!.throughput.tokensPerSecond);
  });

  test('counts positions by sample: rows longer than the model was made for are no matter', () => {
    const data = dataOf(short, 8192);
    const plan = makePlan(planInput({ packing: true, cutoffLength: 8192, batchSize: 256 }, { data }));
    expect(plan.problems.map(({ code }) => code)).not.toContain('cutoff-beyond-positions');
  });
});
