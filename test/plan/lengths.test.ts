import { expect, test } from 'vitest';
import { groupedRowLengths, rowLengths, truncatedRows } from '../../src/plan/lengths.ts';
import { dataOf } from './fixtures.ts';

test('without data every row is as long as the cut-off, padded to a multiple of 8', () => {
  expect(rowLengths(null, 1001, 8)).toEqual({ longest: 1008, padded: 1008, mean: 1001, learned: 1001 });
});

test('equal rows need no padding beyond the multiple of 8', () => {
  const { longest, padded, mean, learned } = rowLengths(dataOf(Array(50).fill(100)), 1024, 8);
  expect({ longest, padded, mean, learned }).toEqual({ longest: 104, padded: 104, mean: 100, learned: 10 });
});

test('a rare long row counts fully for memory, and for time as often as it occurs', () => {
  const data = dataOf([...Array(999).fill(64), 1000]);
  const one = rowLengths(data, 1024, 1);
  expect(one.longest).toBe(1000);
  expect(one.padded).toBeLessThanOrEqual(72);
  const many = rowLengths(data, 1024, 1000);
  // The chance that 1000 draws hold the row is 1 - 1/e.
  expect(many.padded).toBeGreaterThan(64 + 0.6 * (1000 - 64));
  expect(many.padded).toBeLessThanOrEqual(1000);
});

test('grouped by length, a usual step is padded little', () => {
  const lengths = Array.from({ length: 4000 }, (_, index) => 1 + ((index * 7919) % 1000));
  const data = dataOf(lengths);
  const { mean, padded, longest } = groupedRowLengths(data, 1024, 16);
  expect(padded).toBeLessThan(1.06 * mean);
  expect(padded).toBeGreaterThanOrEqual(mean);
  expect(longest).toBe(rowLengths(data, 1024, 16).longest);
  expect(rowLengths(data, 1024, 16).padded).toBeGreaterThan(1.7 * mean);
});

test('rows beyond the cut-off lose their end', () => {
  const data = dataOf([100, 100, 2000, 3000]);
  expect(rowLengths(data, 512, 4).longest).toBe(512);
  expect(rowLengths(data, 512, 4).mean).toBeLessThan(320);
  expect(truncatedRows(data, 1024)).toBe(2);
  expect(truncatedRows(data, 2048)).toBe(1);
  expect(truncatedRows(data, 4096)).toBe(0);
});
