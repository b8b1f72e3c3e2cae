import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyHistory, extend, forgetFrom, meanBetween } from '../../../src/ui/monitor/state/history.ts';

const values = fc
  .array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -1000, max: 1000 }), {
    minLength: 1,
    maxLength: 3000,
  })
  .map((list) => list.map((value, index): [number, number] => [index + 1, value]));

test('a history stays within its capacity, and forgets neither a value nor an extreme', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 2, max: 64 }), (points, capacity) => {
      const { buckets, width } = extend(emptyHistory, points, capacity);
      expect(buckets.length).toBeLessThanOrEqual(capacity);
      expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(points.length);
      expect(Math.max(...buckets.map(({ high }) => high))).toBe(Math.max(...points.map(([, y]) => y)));
      expect(Math.min(...buckets.map(({ low }) => low))).toBe(Math.min(...points.map(([, y]) => y)));
      expect(buckets.at(-1)!.last).toBe(points.at(-1)![1]);
      expect(buckets.every(({ step }) => step % width === 0)).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('it does not matter in what pieces the values come', () => {
  fc.assert(
    fc.property(values, fc.nat(), (points, at) => {
      const cut = at % points.length;
      const pieces = extend(extend(emptyHistory, points.slice(0, cut), 32), points.slice(cut), 32);
      expect(pieces).toEqual(extend(emptyHistory, points, 32));
    }),
    { numRuns: 30 },
  );
});

test('steps without a value leave nothing', () => {
  expect(
    extend(emptyHistory, [
      [1, null],
      [2, Number.NaN],
      [3, Number.POSITIVE_INFINITY],
    ]).buckets,
  ).toEqual([]);
});

test('what a resumed run does again is forgotten first', () => {
  const history = extend(emptyHistory, [
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
  expect(forgetFrom(history, 2).buckets.map(({ step }) => step)).toEqual([1]);
});

test('the mean of a span counts values, not buckets', () => {
  const history = extend(emptyHistory, [
    [1, 1],
    [1, 1],
    [1, 1],
    [2, 5],
    [3, 100],
  ]);
  expect(meanBetween(history, 0, 3)).toBe(2);
  expect(meanBetween(history, 10, 20)).toBeNull();
});
