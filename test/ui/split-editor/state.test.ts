import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openSplit, reduceSplit, type SplitAction } from '../../../src/ui/wizard/split-editor/state.ts';

const actions: fc.Arbitrary<SplitAction> = fc.oneof(
  fc.record({ type: fc.constant('move' as const), layers: fc.integer({ min: -9, max: 9 }) }),
  fc.record({ type: fc.constant('select' as const), by: fc.integer({ min: -2, max: 2 }) }),
  ...(['merge', 'divide', 'undo', 'redo', 'reset'] as const).map((type) => fc.constant({ type })),
);
const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);

test('whatever is pressed, every stage keeps a layer and no layer is lost', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(sizes, fc.array(actions, { maxLength: 40 }), (start, pressed) => {
      const end = pressed.reduce(reduceSplit, openSplit(start));
      expect(sum(end.sizes)).toBe(sum(start));
      expect(Math.min(...end.sizes)).toBeGreaterThan(0);
      expect(end.boundary).toBeGreaterThanOrEqual(0);
      expect(end.boundary).toBeLessThanOrEqual(Math.max(0, end.sizes.length - 2));
    }),
  );
});

test('undo takes back every change in turn, and redo makes it again', () => {
  const changes: SplitAction[] = [{ type: 'move', layers: 1 }, { type: 'merge' }, { type: 'divide' }];
  const start = openSplit([10, 20, 10]);
  const end = changes.reduce(reduceSplit, start);
  const back = changes.reduce((state) => reduceSplit(state, { type: 'undo' }), end);
  expect(back.sizes).toEqual(start.sizes);
  const again = changes.reduce((state) => reduceSplit(state, { type: 'redo' }), back);
  expect(again.sizes).toEqual(end.sizes);
  expect(reduceSplit(again, { type: 'reset' }).sizes).toEqual([10, 20, 10]);
});

test('a stage gives only what it can spare', () => {
  const state = openSplit([3, 2]);
  expect(reduceSplit(state, { type: 'move', layers: 5 }).sizes).toEqual([4, 1]);
  expect(reduceSplit(state, { type: 'move', layers: -5 }).sizes).toEqual([1, 4]);
});

test('what changes nothing leaves nothing to undo', () => {
  const state = reduceSplit(openSplit([4, 1]), { type: 'move', layers: 1 });
  expect(state.past).toEqual([]);
});
