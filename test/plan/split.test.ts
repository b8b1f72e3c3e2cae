import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SplitTables } from '../../src/plan/cover.ts';
import { slotStates } from '../../src/plan/slot-states.ts';
import { findSplit, hasSplit, shortageFactor } from '../../src/plan/split.ts';

/** A box of cards and a model, abstractly: layer costs, card rates and sizes, extras at the ends. */
interface Puzzle {
  layers: { seconds: number; bytes: number }[];
  groups: { count: number; rate: number; capacity: number }[];
  boundarySeconds: number;
  headSeconds: number;
  embeddingBytes: number;
  receiveBytes: number;
  headBytes: number;
  /** Bytes a layer holds for each micro-batch in flight. */
  heldBytes: number;
  microBatches: number;
}

function tablesOf(
  puzzle: Puzzle,
  boundaries: number[] | null = null,
  stages: number | null = null,
): SplitTables {
  const layers = puzzle.layers.length;
  const slots = puzzle.groups.reduce((sum, group) => sum + group.count, 0);
  const table = (value: (from: number, to: number) => number) => {
    const entries = new Float64Array((layers + 1) ** 2);
    for (let to = 1; to <= layers; to++) {
      for (let from = 0; from < to; from++) entries[to * (layers + 1) + from] = value(from, to);
    }
    return entries;
  };
  const sum = (from: number, to: number, key: 'seconds' | 'bytes') =>
    puzzle.layers.slice(from, to).reduce((total, layer) => total + layer[key], 0);
  return {
    layers,
    capacities: puzzle.groups.map((group) => group.capacity),
    states: slotStates(puzzle.groups.map((group) => group.count)),
    seconds: puzzle.groups.map(({ rate }) =>
      table(
        (from, to) =>
          (sum(from, to, 'seconds') + (to === layers ? puzzle.headSeconds : 0)) / rate +
          (to < layers ? puzzle.boundarySeconds : 0),
      ),
    ),
    bytes: Array.from({ length: slots }, (_, after) =>
      table(
        (from, to) =>
          sum(from, to, 'bytes') +
          (to - from) * puzzle.heldBytes * Math.min(after + 1, puzzle.microBatches) +
          (from === 0 ? puzzle.embeddingBytes : puzzle.receiveBytes) +
          (to === layers ? puzzle.headBytes : 0),
      ),
    ),
    boundaries: boundaries && new Set(boundaries),
    stages,
  };
}

/** Least step time by trying every split and every order of cards. */
function bruteForce(tables: SplitTables, counts: number[], others: number): number {
  const row = tables.layers + 1;
  let best = Number.POSITIVE_INFINITY;
  const walk = (to: number, left: number[], after: number, sum: number, slowest: number) => {
    if (to === 0) {
      if (tables.stages === null || tables.stages === after) best = Math.min(best, sum + others * slowest);
      return;
    }
    for (const [group, count] of left.entries()) {
      if (count === 0) continue;
      const rest = left.with(group, count - 1);
      for (let from = to - 1; from >= 0; from--) {
        if (tables.boundaries !== null && !tables.boundaries.has(from)) continue;
        if (tables.bytes[after]![to * row + from]! > tables.capacities[group]!) continue;
        const seconds = tables.seconds[group]![to * row + from]!;
        walk(from, rest, after + 1, sum + seconds, Math.max(slowest, seconds));
      }
    }
  };
  walk(tables.layers, counts, 0, 0, 0);
  return best;
}

/** Recomputes the cost of an answer from the tables, checking that it is a legal one. */
function costOf(
  tables: SplitTables,
  counts: number[],
  others: number,
  answer: ReturnType<typeof findSplit>,
): number {
  const row = tables.layers + 1;
  const { stages } = answer!;
  expect(stages[0]!.from).toBe(0);
  expect(stages.at(-1)!.to).toBe(tables.layers);
  let sum = 0;
  let slowest = 0;
  for (const [index, { group, from, to }] of stages.entries()) {
    expect(to).toBeGreaterThan(from);
    if (index > 0) expect(from).toBe(stages[index - 1]!.to);
    const range = to * row + from;
    expect(tables.bytes[stages.length - 1 - index]![range]!).toBeLessThanOrEqual(tables.capacities[group]!);
    const seconds = tables.seconds[group]![range]!;
    sum += seconds;
    slowest = Math.max(slowest, seconds);
  }
  for (const [group, count] of counts.entries()) {
    expect(stages.filter((stage) => stage.group === group).length).toBeLessThanOrEqual(count);
  }
  return sum + others * slowest;
}

const amount = (max: number) => fc.integer({ min: 0, max: max * 4 }).map((quarter) => quarter / 4);

const puzzles: fc.Arbitrary<Puzzle> = fc.record({
  layers: fc.array(
    fc.record({ seconds: fc.integer({ min: 1, max: 8 }), bytes: fc.integer({ min: 1, max: 8 }) }),
    { minLength: 1, maxLength: 7 },
  ),
  groups: fc.array(
    fc.record({
      count: fc.integer({ min: 1, max: 2 }),
      rate: fc.constantFrom(1, 1.5, 2, 4),
      capacity: fc.integer({ min: 4, max: 60 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  boundarySeconds: amount(2),
  headSeconds: amount(6),
  embeddingBytes: amount(6),
  receiveBytes: amount(12),
  headBytes: amount(6),
  heldBytes: amount(1),
  microBatches: fc.constantFrom(1, 2, 4, 16),
});

describe('findSplit', () => {
  test('is the optimum over all splits and card orders', () => {
    fc.assert(
      fc.property(puzzles, (puzzle) => {
        const counts = puzzle.groups.map((group) => group.count);
        const tables = tablesOf(puzzle);
        const others = puzzle.microBatches - 1;
        const least = bruteForce(tables, counts, others);
        const answer = findSplit(tables, others);
        expect(hasSplit(tables, 1)).toBe(answer !== null);
        if (least === Number.POSITIVE_INFINITY) expect(answer).toBeNull();
        else expect(costOf(tables, counts, others, answer)).toBeCloseTo(least, 6);
      }),
      { numRuns: 500 },
    );
  });

  test('keeps to the boundaries and the number of stages it is given', () => {
    fc.assert(
      fc.property(puzzles, fc.array(fc.nat(6)), fc.integer({ min: 1, max: 3 }), (puzzle, cuts, stages) => {
        const counts = puzzle.groups.map((group) => group.count);
        const tables = tablesOf(puzzle, [0, ...cuts], stages);
        const others = puzzle.microBatches - 1;
        const least = bruteForce(tables, counts, others);
        const answer = findSplit(tables, others);
        expect(hasSplit(tables, 1)).toBe(answer !== null);
        if (least === Number.POSITIVE_INFINITY) {
          expect(answer).toBeNull();
        } else {
          expect(costOf(tables, counts, others, answer)).toBeCloseTo(least, 6);
          expect(answer!.stages).toHaveLength(stages);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('of equally fast splits takes the one with most room on the fullest card', () => {
    // A stage of 4 is the slowest there has to be. In flight are 3, 2 and 1 micro-batches, so the front should be short.
    const tables = tablesOf({
      ...plain,
      layers: Array(10).fill({ seconds: 1, bytes: 1 }),
      groups: [{ count: 3, rate: 1, capacity: 100 }],
      heldBytes: 2,
      microBatches: 8,
    });
    expect(findSplit(tables, 7)!.stages.map(({ from, to }) => to - from)).toEqual([2, 4, 4]);
  });
});

const plain: Puzzle = {
  layers: [],
  groups: [],
  boundarySeconds: 0,
  headSeconds: 0,
  embeddingBytes: 0,
  receiveBytes: 0,
  headBytes: 0,
  heldBytes: 0,
  microBatches: 1,
};

test('shortageFactor says how much larger the cards would have to be', () => {
  const puzzle: Puzzle = {
    ...plain,
    layers: Array(8).fill({ seconds: 1, bytes: 10 }),
    groups: [{ count: 2, rate: 1, capacity: 25 }],
  };
  const factor = shortageFactor(tablesOf(puzzle));
  expect(factor).toBeGreaterThanOrEqual(40 / 25);
  expect(factor).toBeLessThan(1.002 * (40 / 25));
  expect(findSplit(tablesOf(puzzle), 7, factor)!.stages.map(({ to }) => to)).toEqual([4, 8]);
});

describe('96 layers on 8 cards', () => {
  const model = { ...plain, layers: Array(96).fill({ seconds: 1, bytes: 1 }), boundarySeconds: 0.02 };
  const ends = { headSeconds: 1.3, embeddingBytes: 0.5, receiveBytes: 0.1, headBytes: 0.6, heldBytes: 0.03 };
  const box = (rates: number[], capacity: (index: number) => number) =>
    rates.map((rate, index) => ({ count: 1, rate, capacity: capacity(index) }));
  const unlike = [1, 1.3, 1.7, 2.1, 2.9, 3.3, 4.1, 5.7];

  test.each([
    ['equal cards', [{ count: 8, rate: 1, capacity: 16 }]],
    ['two kinds', [4, 4].map((count, index) => ({ count, rate: 1 + index, capacity: 16 }))],
    ['eight kinds, tight', box(unlike, (index) => 12 + 1.7 * index)],
    ['eight kinds, roomy', box(unlike, (index) => 48 + 6.8 * index)],
    ['one kind with unlike free memory', box(Array(8).fill(1), (index) => 14 + 0.3 * index)],
  ])('%s: every layer once, on a card that holds it, in a pipeline and one at a time', (_, groups) => {
    const tables = tablesOf({ ...model, ...ends, groups, microBatches: 32 });
    for (const others of [31, 0]) {
      const { stages } = findSplit(tables, others)!;
      expect(stages.map(({ from }) => from)).toEqual([0, ...stages.slice(0, -1).map(({ to }) => to)]);
      expect(stages.at(-1)!.to).toBe(96);
      for (const [index, { group, from, to }] of stages.entries()) {
        const bytes = tables.bytes[stages.length - 1 - index]![to * 97 + from]!;
        expect(bytes).toBeLessThanOrEqual(tables.capacities[group]!);
      }
    }
  });
});
