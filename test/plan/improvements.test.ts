import { describe, expect, test } from 'vitest';
import { canPlan } from '../../src/plan/draft.ts';
import { findImprovements } from '../../src/plan/improvements.ts';
import type { PlanInput } from '../../src/plan/input.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { RecipeInput } from '../../src/recipe/schema.ts';
import { cards, dataOf, planInput } from './fixtures.ts';

const input = planInput({ lora: { targets: 'qv' }, batchSize: 8 }, { cards: cards(2) });
const named = (name: string, from: PlanInput = input) =>
  findImprovements(from).filter((one) => one.name === name);
const fits = (from: PlanInput, change: Partial<RecipeInput>) =>
  canPlan({ ...from, recipe: { ...from.recipe, ...change } as PlanInput['recipe'] });

describe('longer rows', () => {
  const long = { ...input, model: { ...input.model, maxPositions: 131072 } };

  test('as long as they fit', () => {
    const [setting] = named('longer-rows', long)[0]!.settings;
    const cutoffLength = Number(/^cutoffLength=(\d+)$/.exec(setting!)![1]);
    expect(cutoffLength).toBeGreaterThan(1024);
    expect([fits(long, { cutoffLength }), fits(long, { cutoffLength: cutoffLength + 64 })]).toEqual([
      true,
      false,
    ]);
  });

  test('no longer than the model reads, or the data is', () => {
    expect(named('longer-rows')[0]!.settings).toEqual(['cutoffLength=4096']);
    const data = dataOf([...Array(50).fill(900), 1500]);
    expect(named('longer-rows', { ...input, data })[0]!.settings).toEqual(['cutoffLength=1500']);
    expect(named('longer-rows', { ...input, data: dataOf(Array(50).fill(900)) })).toEqual([]);
  });
});

test('the highest rank that fits is twice and twice again, with its alpha', () => {
  const tight = planInput({ lora: { targets: 'all-linear' }, cutoffLength: 4096 }, { cards: cards(2) });
  const { settings } = named('higher-rank', tight)[0]!;
  const rank = Number(/^lora\.rank=(\d+)$/.exec(settings[0]!)![1]);
  expect(settings[1]).toBe(`lora.alpha=${2 * rank}`);
  const lora = (r: number) => ({ ...tight.recipe.lora, rank: r });
  expect(rank).toBeLessThan(512);
  expect([fits(tight, { lora: lora(rank) }), fits(tight, { lora: lora(2 * rank) })]).toEqual([true, false]);
  expect(named('higher-rank', planInput({ method: 'freeze' }))).toEqual([]);
});

test('what is faster is so in a plan of its own, the best first', () => {
  const faster = named('faster', { ...input, cards: cards(4) });
  const before = makePlan({ ...input, cards: cards(4) }).throughput.tokensPerSecond;
  const speedups = faster.map(({ speedup }) => speedup);
  expect(speedups.length).toBeGreaterThan(0);
  expect(speedups).toEqual(speedups.toSorted((a, b) => b - a));
  expect(Math.min(...speedups)).toBeGreaterThan(1);
  const batch = faster.find(({ settings }) => settings[0] === 'batchSize=16')!;
  const after = makePlan({
    ...input,
    cards: cards(4),
    recipe: { ...input.recipe, batchSize: 16 },
  });
  expect(batch.tokensPerSecond).toBeCloseTo(after.throughput.tokensPerSecond, 6);
  expect(batch.speedup).toBeCloseTo(after.throughput.tokensPerSecond / before, 9);
  const left = after.stages.map(({ capacityBytes, predictedBytes }) => capacityBytes - predictedBytes);
  expect(batch.headroomBytes).toBe(Math.min(...left));
});

test('nothing where the plan does not fit', () => {
  expect(findImprovements({ ...input, cards: cards(1) })).toEqual([]);
});
