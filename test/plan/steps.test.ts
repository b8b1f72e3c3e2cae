import { expect, test } from 'vitest';
import { totalSteps, trainingRows } from '../../src/plan/steps.ts';

const duration = { rows: 100, batchSize: 16, epochs: 3, evalRatio: 0 };

test.each([
  [{}, 21],
  [{ epochs: 0.5 }, 4],
  [{ epochs: 0.01 }, 1],
  [{ maxSteps: 5 }, 5],
  [{ maxSteps: null }, 21],
  [{ rows: 96 }, 18],
  [{ evalRatio: 0.1 }, 18],
  [{ rows: 3 }, 3],
])('totalSteps %j is %i', (change, steps) => {
  expect(totalSteps({ ...duration, ...change })).toBe(steps);
});

// As Python's round() has it: halves go to the even neighbour.
test.each([
  [100, 0, 100],
  [25, 0.1, 23],
  [35, 0.1, 31],
  [10, 0.001, 9],
  [2, 0.99, 1],
  [1, 0.5, 1],
])('of %i rows with evalRatio %f, %i are for training', (rows, evalRatio, expected) => {
  expect(trainingRows(rows, evalRatio)).toBe(expected);
});
