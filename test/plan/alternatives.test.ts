import { describe, expect, test } from 'vitest';
import { findAlternatives } from '../../src/plan/alternatives.ts';
import type { PlanInput } from '../../src/plan/input.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { Alternative } from '../../src/plan/what-if.ts';
import { parseRecipe } from '../../src/recipe/parse.ts';
import { applySettings } from '../../src/recipe/settings.ts';
import { card, cards, GiB, llama, p40, planInput, smallLlama } from './fixtures.ts';

const eight = planInput({ batchSize: 32, lora: { targets: 'qv' } }, { cards: cards(8) });
const unlike = planInput(
  { batchSize: 16, lora: { targets: 'qv' }, cutoffLength: 512 },
  {
    cards: [
      card(0),
      p40(1),
      card(2, { freeBytes: 11 * GiB, totalBytes: 12 * GiB }),
      p40(3),
      card(4, { freeBytes: 40 * GiB, totalBytes: 40 * GiB }),
    ],
  },
);
const byHand = planInput({ batchSize: 32, split: '10,10,20' }, { cards: cards(3) });

/** The input with an alternative's settings, set as `--set` would. */
function chosen(input: PlanInput, { settings }: Alternative): PlanInput {
  const recipe = applySettings(input.recipe, settings);
  return { ...input, recipe: parseRecipe(recipe, 'the test') };
}

describe.each([
  ['eight like cards', eight],
  ['unlike cards', unlike],
  ["a split of the user's", byHand],
])('of %s', async (_, input) => {
  const found = await findAlternatives(input);

  test('each is what a plan with its settings is', () => {
    expect(found.length).toBeGreaterThan(1);
    for (const one of found) {
      const plan = makePlan(chosen(input, one));
      expect(plan.fits).toBe(true);
      expect(plan).toMatchObject({ dataParallel: one.dataParallel, checkpointing: one.checkpointing });
      expect(plan.stages.map(({ gpu, layers }) => ({ gpu, layers }))).toEqual(
        one.stages.map(({ gpu, layers }) => ({ gpu, layers })),
      );
      expect(plan.throughput.stepSeconds).toBeCloseTo(one.stepSeconds, 9);
      const room = plan.stages.map(({ capacityBytes, predictedBytes }) => capacityBytes - predictedBytes);
      expect(Math.min(...room)).toBe(one.headroomBytes);
    }
  });

  test('the first is the fastest, and none is there twice', () => {
    expect(found[0]!.name).toBe('fastest');
    expect(Math.min(...found.map(({ stepSeconds }) => stepSeconds))).toBe(found[0]!.stepSeconds);
    const ways = found.map(({ stages, checkpointing }) => JSON.stringify([stages, checkpointing]));
    expect(new Set(ways).size).toBe(ways.length);
  });
});

test('the one with most headroom leaves more on the fullest card than all others', async () => {
  const found = await findAlternatives(eight);
  const room = found.find(({ name }) => name === 'most-headroom')!.headroomBytes;
  const others = found.filter(({ name }) => name !== 'most-headroom');
  expect(room).toBeGreaterThan(Math.max(...others.map(({ headroomBytes }) => headroomBytes)));
});

test('with fewer cards than the fewest it does not fit', async () => {
  const few = (await findAlternatives(eight)).find(({ name }) => name === 'fewest-cards')!;
  expect(few.stages).toHaveLength(2);
  expect(makePlan({ ...eight, cards: cards(1) }).fits).toBe(false);
});

test('the plan as it is needs no setting', async () => {
  const found = await findAlternatives(eight);
  expect(found.filter(({ settings }) => settings.length === 0)).toEqual([
    expect.objectContaining({ dataParallel: 1, name: 'replicas' }),
  ]);
});

test('replicas divide the batch', async () => {
  const found = await findAlternatives({ ...eight, model: smallLlama });
  expect(new Set(found.map(({ dataParallel }) => dataParallel))).toEqual(new Set([1, 2, 4, 8]));
});

test('none where nothing fits, and none for CPU ranks', async () => {
  const large = planInput({}, { cards: cards(1), model: llama({ layers: 200 }) });
  expect(await findAlternatives(large)).toEqual([]);
  expect(await findAlternatives(planInput({}, { cards: [], model: smallLlama }))).toEqual([]);
});
