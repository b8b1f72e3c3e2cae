import { expect, test } from 'vitest';
import { measureMemory } from '../../../../src/commands/bench/memory/measure.ts';
import type { GpuReading } from '../../../../src/hardware/telemetry.ts';
import { makePlan } from '../../../../src/plan/plan.ts';
import { parseEvent } from '../../../../src/run/events-file.ts';
import { planInput } from '../../../plan/fixtures.ts';
import { eventLine, stepEvent } from '../../../run/fixtures.ts';

const plan = makePlan(planInput({ split: '30,10', batchSize: 8, cutoffLength: 64 }));
const event = (fields: Parameters<typeof eventLine>[0]) => parseEvent(eventLine(fields).trim())!;

/** Of rank 0 and 1, which hold 10 and 20 when the rehearsal is over. */
const rehearsals = (fields: object = {}) =>
  [0, 1].map((rank) =>
    event({
      type: 'rehearsal',
      t: '2026-11-24T22:51:10.000Z',
      ...{
        attempt: 1,
        rank,
        stage: rank,
        fits: true,
        reserved_bytes: 10 * (rank + 1),
        outside_bytes: 3 + rank,
      },
      ...{ seconds: 0.5, busy: 0.25, tokens: 64 },
      ...fields,
    }),
  );
const steps = [1, 2, 3].flatMap((step) => [
  event({ ...stepEvent(step), tokens_per_second: 10 * step }),
  ...[0, 1].map((rank) =>
    event({
      type: 'stage',
      step,
      rank,
      busy: step,
      waiting: 1,
      peak_reserved_bytes: rank === 0 ? 8 + step : 5,
    }),
  ),
]);

/** What a card's whole use is, at seconds of the minute. */
const reading = (uuid: string, second: number, memoryUsedBytes: number | null): GpuReading => ({
  t: `2026-11-24T22:51:${String(second).padStart(2, '0')}.000Z`,
  uuid,
  memoryUsedBytes,
  ...{ memoryTotalBytes: 100, utilization: 0, temperature: 40, powerWatts: 50, powerLimitWatts: 250 },
  ...{ fanSpeed: null, clockMHz: 1000 },
});

test('what was reserved is the most of rehearsal and steps; time is that of the last step', () => {
  const outcome = { ranOutOfMemory: false, events: [...rehearsals(), ...steps], readings: [] };
  expect(measureMemory(plan, outcome)).toEqual({
    ranOutOfMemory: false,
    ranks: [
      {
        rank: 0,
        stage: 0,
        reservedBytes: 11,
        outsideBytes: 3,
        outsideFrom: 'process',
        busySeconds: 3,
        waitingSeconds: 1,
      },
      {
        rank: 1,
        stage: 1,
        reservedBytes: 20,
        outsideBytes: 4,
        outsideFrom: 'process',
        busySeconds: 3,
        waitingSeconds: 1,
      },
    ],
    stepSeconds: 64 / 30,
    tokensPerSecond: 30,
    rehearsalSeconds: 0.5,
  });
});

test('where memory ran out, only what the first attempt told counts', () => {
  const [, second] = rehearsals({ fits: false, seconds: null, busy: null });
  const events = [second!, ...rehearsals({ attempt: 2, reserved_bytes: 1 }), ...steps];
  const measured = measureMemory(plan, { ranOutOfMemory: true, events, readings: [] });
  expect(measured).toMatchObject({ ranOutOfMemory: true, stepSeconds: null, tokensPerSecond: null });
  expect(measured.ranks).toEqual([
    {
      rank: 1,
      stage: 1,
      reservedBytes: 20,
      outsideBytes: 4,
      outsideFrom: 'process',
      busySeconds: null,
      waitingSeconds: null,
    },
  ]);
});

test('where the driver does not tell of processes, the whole card does', () => {
  const events = [...rehearsals({ outside_bytes: null }), ...steps];
  const readings = [
    reading('GPU-0', 5, 2),
    // Before all was held: of no use.
    reading('GPU-0', 9, 40),
    reading('GPU-0', 11, 20),
    reading('GPU-0', 12, 2),
    reading('GPU-1', 5, null),
    reading('GPU-1', 11, 60),
  ];
  const { ranks } = measureMemory(plan, { ranOutOfMemory: false, events, readings });
  // 20 - 2 used, 11 of them reserved; of the other card nothing is known from before.
  expect(ranks.map(({ outsideBytes, outsideFrom }) => [outsideBytes, outsideFrom])).toEqual([
    [7, 'card'],
    [null, null],
  ]);
});

test('ranks on one card have equal parts of what lies beside their memory', () => {
  const shared = { ...plan, ranks: plan.ranks.map((rank) => ({ ...rank, gpu: plan.ranks[0]!.gpu })) };
  const events = rehearsals({ outside_bytes: null });
  const readings = [reading('GPU-0', 5, 4), reading('GPU-0', 11, 44)];
  const { ranks } = measureMemory(shared, { ranOutOfMemory: false, events, readings });
  expect(ranks.map(({ outsideBytes }) => outsideBytes)).toEqual([5, 5]);
});
