import { appendFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { outsideBytes } from '../../src/plan/memory.ts';
import type { Plan } from '../../src/plan/schema.ts';
import type { RunDirectory } from '../../src/run/directory.ts';
import { prepareResume } from '../../src/run/launch.ts';
import { inspectRun } from '../../src/run/lifecycle.ts';
import { readMeasuredMemory } from '../../src/run/rehearsal.ts';
import { cpuPlan, eventLine, makeRun, stepEvent } from './fixtures.ts';

const gpu = { uuid: 'GPU-1', index: 1, name: 'Tesla P40' };
const [stage] = cpuPlan.stages;
const onCard: Plan = {
  ...cpuPlan,
  device: 'cuda',
  stages: [{ ...stage!, capacityBytes: 1000, breakdown: { ...stage!.breakdown, communicator: 7 } }],
  ranks: [{ ...cpuPlan.ranks[0]!, gpu }],
};

function tell(
  run: RunDirectory,
  event: { attempt?: number; fits?: boolean; reserved?: number; outside?: number | null },
) {
  const { attempt = 1, fits = true, reserved = 900, outside = null } = event;
  const figures = { reserved_bytes: reserved, outside_bytes: outside, seconds: null, busy: null, tokens: 0 };
  appendFileSync(
    run.eventsFile,
    eventLine({ type: 'rehearsal', attempt, rank: 0, stage: 0, fits, ...figures }),
  );
}

describe('what was measured in a run', () => {
  test('is that of all attempts, each beside its own plan', () => {
    const run = makeRun({ plan: onCard });
    expect(readMeasuredMemory(run)).toEqual([]);
    tell(run, { outside: 50 });
    for (let step = 1; step < 300; step++) appendFileSync(run.eventsFile, eventLine(stepEvent(step)));
    run.writeStatus({ ...run.readStatus(), phase: 'failed', exitCode: 1 });
    const other = { ...stage!, breakdown: { ...stage!.breakdown, weights: 5 } };
    prepareResume(run, { ...onCard, stages: [other] });
    tell(run, { attempt: 2, fits: false });
    expect(readMeasuredMemory(run)).toMatchObject([
      {
        card: { uuid: 'GPU-1', index: 1 },
        heldBytes: 950,
        outsideBytes: 50,
        fits: true,
        predicted: { weights: 0 },
      },
      // Where nobody tells of what lies outside the allocator, it is what was predicted.
      {
        heldBytes: 900 + outsideBytes(other.breakdown),
        outsideBytes: null,
        fits: false,
        predicted: { weights: 5 },
      },
    ]);
  });

  test('is all that a CPU rank holds, and nothing where it stands in for a card', () => {
    const run = makeRun();
    tell(run, {});
    expect(readMeasuredMemory(run)).toMatchObject([{ card: null, heldBytes: 900 }]);
    const standsIn = makeRun({ plan: { ...onCard, device: 'cpu' } });
    tell(standsIn, {});
    expect(readMeasuredMemory(standsIn)).toEqual([]);
  });
});

test('a run whose supervisor died with it is refused all the same', () => {
  const run = makeRun({ plan: onCard });
  run.writeStatus({ ...run.readStatus(), phase: 'training', supervisor: { pid: 2 ** 22 + 1, started: '0' } });
  tell(run, { fits: false, reserved: 1100, outside: 100 });
  expect(inspectRun(run)).toMatchObject({ state: 'lost' });
  const report = { code: 'out-of-memory', message: 'no room', fix: 'Use less.', rank: 0 };
  appendFileSync(run.eventsFile, eventLine({ type: 'error', ...report }));
  expect(inspectRun(run)).toMatchObject({
    state: 'refused',
    live: false,
    exitCode: 3,
    cause: { key: 'did-not-fit' },
  });
});
