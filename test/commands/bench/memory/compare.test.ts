import { describe, expect, test } from 'vitest';
import { compare, judge } from '../../../../src/commands/bench/memory/compare.ts';
import { configurations } from '../../../../src/commands/bench/memory/configurations.ts';
import {
  anonymous,
  decisionsOf,
  type MemoryRecord,
  readRecords,
} from '../../../../src/commands/bench/memory/record.ts';
import { cardsFor, planInputOf, planWithRoom } from '../../../../src/commands/bench/memory/training.ts';
import { formatMemory } from '../../../../src/commands/text/bench-memory.ts';
import { findCardKind } from '../../../../src/hardware/catalogue.ts';
import { card, dataOf, GiB, host } from '../../../plan/fixtures.ts';

const h200 = card(0, {
  uuid: 'GPU-8ce8364f',
  kind: findCardKind('h200')!,
  totalBytes: 141 * GiB,
  freeBytes: 140 * GiB,
  processes: [{ pid: 7, name: 'whose', usedBytes: 1 }],
});

/** As `bench --memory` writes it. @param share of what is predicted for the allocator that was reserved */
function recordOf(name: string, share: number, fields: Partial<MemoryRecord> = {}): MemoryRecord {
  const configuration = configurations.find((each) => each.name === name)!;
  const cards = cardsFor(configuration, [h200])!;
  const data = dataOf(Array(16).fill(configuration.recipe.cutoffLength), configuration.recipe.cutoffLength);
  const plan = planWithRoom(planInputOf(configuration, { cards, host }, data));
  const outsideOf = ({ breakdown: { context, communicator } }: (typeof plan.stages)[number]) =>
    context + communicator;
  return {
    type: 'memory',
    date: '2026-11-27T22:00:00.000Z',
    torch: '2.11.0+cu130',
    configuration,
    cards: anonymous(cards),
    host,
    data,
    decided: decisionsOf(plan),
    predicted: plan.stages.map(({ predictedBytes: bytes, breakdown }) => ({ bytes, breakdown })),
    ranOutOfMemory: false,
    ranks: plan.ranks.map(({ rank, stage }) => ({
      ...{ rank, stage },
      reservedBytes: Math.round(
        (plan.stages[stage]!.predictedBytes - outsideOf(plan.stages[stage]!)) * share,
      ),
      outsideBytes: outsideOf(plan.stages[stage]!),
      outsideFrom: 'process',
      ...{ busySeconds: 1, waitingSeconds: 0 },
    })),
    ...{ stepSeconds: 1, tokensPerSecond: 2048, rehearsalSeconds: 1 },
    ...fields,
  };
}

const name = '13b-1f1b-9-7-r64-qv-512x2';

test('a record is written and read, and tells nobody whose card it was', () => {
  const record = recordOf(name, 1);
  const text = [{ type: 'skipped', name: 'x', reason: 'y' }, record]
    .map((line) => JSON.stringify(line))
    .join('\n');
  expect(readRecords(`${text}\n`)).toEqual([record]);
  expect(text).not.toContain('8ce8364f');
  expect(text).not.toContain('whose');
  expect(() => readRecords(JSON.stringify({ ...record, torch: undefined }))).toThrow(/torch/);
});

test('each rank is planned anew and compared', () => {
  const same = compare(recordOf(name, 1));
  expect(same.map(({ rank, half, of }) => [rank, half, of])).toEqual([
    [0, 'held-out', 'device'],
    [1, 'held-out', 'device'],
  ]);
  for (const { error } of same) expect(error).toBeCloseTo(0, 6);
  // More was held than was predicted.
  for (const { error, predictedBytes, measuredBytes } of compare(recordOf(name, 1.1))) {
    expect(error).toBeLessThan(0);
    expect(error).toBeCloseTo((predictedBytes - measuredBytes) / measuredBytes, 6);
  }
});

test('where nobody tells what lies outside the allocator, its part alone is compared', () => {
  const record = recordOf(name, 1.25);
  const ranks = record.ranks.map((rank) => ({ ...rank, outsideBytes: null, outsideFrom: null }));
  for (const { of, error } of compare({ ...record, ranks })) {
    expect(of).toBe('allocator');
    expect(error).toBeCloseTo(-0.2, 3);
  }
});

test('what would be trained otherwise today has to be measured anew', () => {
  const record = recordOf('7b-r8-qv-512x4', 1);
  const decided = { ...record.decided, graphedLength: null };
  expect(() => compare({ ...record, decided })).toThrow(
    /7b-r8-qv-512x4 was measured as .*"graphedLength":null/,
  );
});

describe('the verdict', () => {
  const [sample] = compare(recordOf('7b-r8-qv-512x4', 1));
  const of = (...errors: number[]) => judge(errors.map((error) => ({ ...sample!, error })));

  test('is by size, but for what was held beyond the prediction', () => {
    expect(of(0.01, -0.015, 0.05)).toEqual({ ranks: 3, median: 0.015, worst: 0.05, mostBelow: 0.015 });
    expect(of(0.01, 0.03)).toEqual({ ranks: 2, median: 0.02, worst: 0.03, mostBelow: 0 });
    expect(judge([])).toBeNull();
  });
});

test('as a table', () => {
  const ranOut = recordOf('13b-freeze1-512x8', 2, { ranOutOfMemory: true });
  const unknown = recordOf('7b-r8-qv-512x4', 1);
  unknown.ranks[0]!.outsideBytes = null;
  const text = formatMemory([recordOf(name, 1.01), ranOut, unknown].flatMap(compare), (_, cell) => cell);
  const [header, first, second, third, fourth, ...rest] = text.split('\n');
  expect(header).toMatch(/configuration +half +rank +predicted +held +of it outside +error/);
  expect(first).toMatch(
    /13b-1f1b-9-7-r64-qv-512x2 +held-out +0 +\d+\.\d GiB +\d+\.\d GiB +\d+\.\d \w+ +-0\.\d %/,
  );
  expect(second).toMatch(/held-out +1 /);
  expect(third).toMatch(/ >\d+\.\d GiB .* -4\d\.\d %/);
  expect(fourth).toMatch(/unknown +\+0\.0 %/);
  expect(rest).toEqual([
    expect.stringMatching(/that memory alone is compared/),
    expect.stringMatching(/^> memory ran out/),
    expect.stringMatching(/^fit: 2 ranks, median error 2\d\.\d %, worst 4\d\.\d %, at most 4\d\.\d % below/),
    expect.stringMatching(/^held-out: 2 ranks, median error 0\.\d %/),
  ]);
  expect(formatMemory([], (_, cell) => cell)).toBe('Nothing was measured.');
});
