import { expect, test } from 'vitest';
import { parseCardSpec } from '../../src/hardware/spec.ts';
import { loadModelShape } from '../../src/model/load.ts';
import { canPlan } from '../../src/plan/draft.ts';
import { evenSizes, findTrainable } from '../../src/plan/trainable.ts';
import { cards, llama, planInput } from './fixtures.ts';

const freeze = { method: 'freeze' } as const;
const trains = (input: ReturnType<typeof planInput>, layers: number, split: string) =>
  canPlan({ ...input, recipe: { ...input.recipe, freeze: { layers }, split } });

test('70B on two cards of 80 GB, rows of 512 tokens: an even split trains one layer, an uneven one two', async () => {
  const box = { model: await loadModelShape('llama2-70b'), cards: parseCardSpec('2xA100-80G') };
  const input = planInput({ ...freeze, batchSize: 8, cutoffLength: 512 }, box);
  const found = await findTrainable(input, 2);
  expect(found).toMatchObject({ most: { layers: 2 }, even: { layers: 1, split: '40,40' } });
  expect(trains(input, 2, found.most.split!)).toBe(true);
  expect(trains(input, 2, '40,40')).toBe(false);
  expect(trains(input, 3, 'auto')).toBe(false);
});

test('no more than there are, and none where none fits', async () => {
  const small = planInput(freeze, { model: llama({ layers: 2 }) });
  expect((await findTrainable(small, 2)).most.layers).toBe(2);
  expect(await findTrainable(planInput(freeze, { cards: cards(1) }), 1)).toEqual({
    most: { layers: 0, split: null },
    even: { layers: 0, split: '40' },
  });
});

test('others have their turn before each question, and can end it', async () => {
  let turns = 0;
  const stop = async () => {
    turns++;
    if (turns === 3) throw new Error('enough');
  };
  await expect(findTrainable(planInput(freeze), 2, stop)).rejects.toThrow('enough');
  expect(turns).toBe(3);
});

test('an even split has the larger parts first', () => {
  expect(evenSizes(80, 3)).toEqual([27, 27, 26]);
});
