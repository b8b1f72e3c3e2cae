import { expect, test } from 'vitest';
import { emulateCards } from '../../src/hardware/emulate.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { RecipeInput } from '../../src/recipe/schema.ts';
import { card, GiB, planInput } from './fixtures.ts';

const real = card(0, { uuid: 'GPU-h200', totalBytes: 141 * GiB, freeBytes: 139 * GiB });

function plan(spec: string, recipe: Partial<RecipeInput> = {}, device: 'auto' | 'cpu' = 'auto') {
  return makePlan(planInput({ split: '20,20', ...recipe }, { cards: emulateCards(spec, [real]), device }));
}

test('every rank knows the card it shares and what it gets of it', () => {
  const { ranks, stages, transport, assumed, fits } = plan('2x24GiB@12%');
  expect(fits).toBe(true);
  expect(transport).toBe('host');
  expect(ranks.map(({ gpu }) => gpu?.uuid)).toEqual(['GPU-h200', 'GPU-h200']);
  const { memoryLimitBytes, smPercent } = ranks[1]!.gpu!.emulated!;
  expect(smPercent).toBe(12);
  expect(memoryLimitBytes).toBeLessThan(24 * GiB);
  // The context lies beside what may be allocated.
  expect(stages[1]!.capacityBytes - memoryLimitBytes).toBeGreaterThan(0.2 * GiB);
  expect(assumed.join()).toContain('Emulated: 2 ranks share card 0');
  expect(assumed.join()).not.toContain('no room for NCCL');
});

test('on the CPU nothing is shared', () => {
  expect(plan('2x24GiB', {}, 'cpu').ranks[0]!.gpu).not.toHaveProperty('emulated');
});

test('what does not fit the smaller card is refused though the real one has room', () => {
  expect(plan('2x12GiB').problems[0]).toMatchObject({ code: 'wont-fit', severity: 'error' });
});

test('NCCL joins no two ranks on one card', () => {
  expect(plan('2x24GiB', { transport: 'nccl' }).problems[0]).toMatchObject({ code: 'nccl-on-shared-card' });
});

test('more than the real card has is said', () => {
  const small = { ...real, freeBytes: 20 * GiB };
  const over = makePlan(planInput({ split: '20,20' }, { cards: emulateCards('2x24GiB', [small]) }));
  expect(over.problems).toContainEqual(
    expect.objectContaining({ code: 'emulation-overcommitted', severity: 'warning' }),
  );
  expect(plan('2x24GiB').problems).not.toContainEqual(
    expect.objectContaining({ code: 'emulation-overcommitted' }),
  );
});
