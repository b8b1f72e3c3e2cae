import { expect, test } from 'vitest';
import { makePlan } from '../../src/plan/plan.ts';
import type { RecipeInput } from '../../src/recipe/schema.ts';
import { card, GiB, planInput } from './fixtures.ts';

const inFlight = (recipe: Partial<RecipeInput>, freeBytes: number, linkBandwidth: number) => {
  const cards = [0, 1, 2, 3].map((index) => {
    const one = card(index, { freeBytes, totalBytes: 24 * GiB });
    return { ...one, kind: { ...one.kind, linkBandwidth } };
  });
  const plan = makePlan(
    planInput(
      { split: '10,10,10,10', batchSize: 8, checkpointing: 'full', cudaGraphs: 'off', ...recipe },
      { cards },
    ),
  );
  expect(plan.fits).toBe(true);
  return plan.stages.map((stage) => stage.inFlight);
};

const slow = 1e8;
const fast = 1e12;

test('where transfers are long, more micro-batches in flight hide them', () => {
  expect(inFlight({}, 23 * GiB, slow)).toEqual([7, 5, 3, 1]);
});

test('not where there is no room for them, and not where nobody would notice', () => {
  const { stages } = makePlan(
    planInput(
      { split: '10,10,10,10', batchSize: 8, checkpointing: 'full', cudaGraphs: 'off' },
      { cards: [0, 1, 2, 3].map((index) => card(index)) },
    ),
  );
  const needed = Math.max(...stages.map(({ predictedBytes }) => predictedBytes));
  expect(inFlight({}, 1.02 * needed, slow)).toEqual([4, 3, 2, 1]);
  expect(inFlight({}, 23 * GiB, fast)).toEqual([4, 3, 2, 1]);
});

test("activations that are kept by the planner's choice leave as much free as they did before", () => {
  const cards = (freeBytes: number) => [0, 1, 2, 3].map((index) => card(index, { freeBytes }));
  const planOf = (freeBytes: number) => {
    const slowCards = cards(freeBytes).map((one) => ({ ...one, kind: { ...one.kind, linkBandwidth: slow } }));
    return makePlan(
      planInput({ split: '10,10,10,10', batchSize: 8, cudaGraphs: 'off' }, { cards: slowCards }),
    );
  };
  const ample = planOf(80 * GiB);
  expect(ample).toMatchObject({ checkpointing: 'none', stages: [{ inFlight: 7 }, {}, {}, {}] });
  const needed = Math.max(...ample.stages.map(({ predictedBytes }) => predictedBytes));
  expect(planOf(needed / 0.88).stages[0]).toMatchObject({ inFlight: 7 });
  expect(planOf(needed / 0.92)).toMatchObject({
    checkpointing: 'none',
    stages: [{ inFlight: 4 }, {}, {}, {}],
  });
});

test('other schedules hold what they are made of', () => {
  expect(inFlight({ schedule: 'naive' }, 23 * GiB, slow)).toEqual([1, 1, 1, 1]);
  expect(inFlight({ schedule: 'gpipe' }, 23 * GiB, slow)).toEqual([8, 8, 8, 8]);
});
