import { describe, expect, test } from 'vitest';
import { mostStages, splitFigures } from '../../src/plan/figures.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { card, cards, llama, p40, planInput } from './fixtures.ts';

describe('splitFigures', () => {
  test.each(['auto', '20,20', '39,1'])('says of split %s what the plan says', (split) => {
    const input = planInput({ split, batchSize: 8 }, { cards: cards(2, p40) });
    const [figures, plan] = [splitFigures(input), makePlan(input)];
    expect(figures.stages.map(({ from, to }) => [from, to])).toEqual(plan.stages.map(({ layers }) => layers));
    expect(figures.stages.map(({ predictedBytes }) => predictedBytes)).toEqual(
      plan.stages.map(({ predictedBytes }) => predictedBytes),
    );
    expect(figures).toMatchObject({
      stepSeconds: plan.throughput.stepSeconds,
      efficiency: plan.throughput.pipelineEfficiency,
      precision: plan.precision.value,
      checkpointing: plan.checkpointing,
    });
  });

  test('the shares that the cards are busy make up the efficiency', () => {
    const { stages, efficiency } = splitFigures(planInput({ split: '30,10', batchSize: 8 }));
    const mean = stages.reduce((sum, { busyShare }) => sum + busyShare, 0) / stages.length;
    expect(mean).toBeCloseTo(efficiency, 9);
  });

  test('the stage that the others wait for is named, unless most of them take as long', () => {
    const slow = (split: string, count: number) =>
      splitFigures(planInput({ split, batchSize: 8 }, { cards: cards(count) })).stages.map(
        ({ slowest }) => slowest,
      );
    expect(slow('30,10', 2)).toEqual([true, false]);
    expect(slow('11,11,11,7', 4)).toEqual([false, false, false, false]);
  });

  test('cards without a stage are idle', () => {
    const { idle } = splitFigures(planInput({ split: '20,20' }, { cards: [card(0), p40(1), card(2)] }));
    expect(idle.map(({ index }) => index)).toEqual([1]);
  });

  test('freeze counts what is trained; LoRA adds to all', () => {
    const trained = (recipe: Parameters<typeof planInput>[0]) =>
      splitFigures(planInput({ split: '30,10', ...recipe })).stages.map((stage) => stage.trained);
    expect(trained({ method: 'freeze', freeze: { layers: 12 } })).toEqual([2, 10]);
    expect(trained({})).toEqual([null, null]);
  });
});

test.each([
  [8, 1, 8],
  [8, 3, 2],
])('%i cards hold, with %i replicas, %i stages at most', (count, dataParallel, most) => {
  const input = planInput({ dataParallel, batchSize: 8 * dataParallel }, { cards: cards(count) });
  expect(mostStages(input)).toBe(most);
});

test('no more stages than layers', () => {
  expect(mostStages(planInput({}, { cards: cards(8), model: llama({ layers: 3 }) }))).toBe(3);
});
