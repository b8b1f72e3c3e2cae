import { expect, test } from 'vitest';
import { benchCases } from '../../../src/commands/bench/cases.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import type { RecipeInput } from '../../../src/recipe/schema.ts';
import { card, cards, dataOf, GiB, planInput } from '../../plan/fixtures.ts';

function cases(recipe: Partial<RecipeInput>, free = 23.6) {
  const input = planInput(recipe, { cards: cards(2, (index) => card(index, { freeBytes: free * GiB })) });
  return benchCases(input, makePlan(input), ['naive', 'gpipe', '1f1b']);
}

test('one card at a time takes the whole batch, then what is left of it when cut evenly', () => {
  const [naive, gpipe, pipelined] = cases({ batchSize: 12, cutoffLength: 64, microBatchSize: 2 });
  expect(naive!.plans.map(({ microBatchSize }) => microBatchSize)).toEqual([12, 6, 4, 3, 2, 1]);
  expect(naive!.plans[0]).toMatchObject({ schedule: 'naive', microBatches: 1 });
  for (const { plans } of [gpipe!, pipelined!]) {
    expect(plans.map(({ microBatchSize, microBatches }) => [microBatchSize, microBatches])).toEqual([[2, 6]]);
  }
});

test('stages and transport are the same for all', () => {
  const all = cases({ batchSize: 8 }).flatMap(({ plans }) => plans);
  expect(new Set(all.map(({ stages }) => stages.map(({ layers }) => layers).join())).size).toBe(1);
  expect(new Set(all.map(({ transport }) => transport)).size).toBe(1);
});

test('a batch that does not fit at once is cut, by the prediction', () => {
  const [naive] = cases({ batchSize: 16, checkpointing: 'full', cutoffLength: 2048 }, 17);
  expect(naive!.plans[0]!.microBatchSize).toBeLessThan(16);
  expect(naive!.plans.every(({ fits }) => fits)).toBe(true);
});

test('a schedule that cannot fit says why', () => {
  const [, gpipe, pipelined] = cases({ batchSize: 64, checkpointing: 'none', lora: { targets: 'qv' } });
  expect(pipelined!.refused).toBeNull();
  expect(gpipe!.plans).toEqual([]);
  expect(gpipe!.refused?.problems[0]?.code).toBe('wont-fit');
});

test('packed, the whole batch is the rows that its samples share', () => {
  const data = dataOf(
    Array.from({ length: 64 }, (_, row) => 40 + row),
    1024,
  );
  const input = planInput({ batchSize: 16, packing: true }, { data });
  const reference = makePlan(input);
  const [naive] = benchCases(input, reference, ['naive']);
  expect(naive!.plans[0]!.microBatchSize).toBe(reference.microBatches * reference.microBatchSize);
  expect(naive!.plans[0]!.microBatchSize).toBeLessThan(16);
});

test('of several replicas each has its part of the batch', () => {
  const input = planInput({ batchSize: 8, dataParallel: 2, cutoffLength: 64 }, { cards: cards(4) });
  const [naive] = benchCases(input, makePlan(input), ['naive']);
  expect(naive!.plans.map(({ microBatchSize }) => microBatchSize)).toEqual([4, 2, 1]);
});
