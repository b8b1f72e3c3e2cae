import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/plan/schema.ts';
import type { TrainerEvent } from '../../../src/run/events.ts';
import { judgeTraining } from '../../../src/run/supervisor/verdict.ts';
import { cpuPlan } from '../fixtures.ts';

const GiB = 2 ** 30;
const v = { v: 1 as const, t: '2026-11-24T22:51:00Z' };
const finished: TrainerEvent = {
  ...v,
  type: 'done',
  reason: 'finished',
  step: 9,
  loss: 1,
  seconds: 2,
  output: '/out',
};
const stopped: TrainerEvent = {
  ...v,
  type: 'done',
  reason: 'stopped',
  step: 4,
  loss: 1,
  seconds: 2,
  output: null,
};
const saved: TrainerEvent = { ...v, type: 'checkpoint', step: 3, path: '/c', bytes: 1 };
const outOfMemory: TrainerEvent = {
  ...v,
  type: 'error',
  code: 'out-of-memory',
  message: 'Rank 1 ran out of memory.',
  fix: 'Lower microBatchSize.',
  rank: 1,
};
const neighbour: TrainerEvent = {
  ...outOfMemory,
  code: 'trainer-crash',
  message: 'Connection lost.',
  rank: 0,
};

const exited = (code: number) => ({ code, signal: null });
const judge = (evidence: Partial<Parameters<typeof judgeTraining>[0]>) =>
  judgeTraining({ ending: exited(1), plan: cpuPlan, events: [], log: '', killed: false, ...evidence });

describe('judgeTraining', () => {
  it('believes the events before the exit code', () => {
    expect(judge({ ending: exited(0), events: [finished] })).toEqual({
      phase: 'done',
      exitCode: 0,
      reason: null,
    });
    expect(judge({ ending: exited(1), events: [finished] })).toMatchObject({ phase: 'done', exitCode: 0 });
    expect(judge({ ending: exited(0), events: [saved, stopped] })).toEqual({
      phase: 'stopped',
      exitCode: 0,
      reason: 'Stopped with a checkpoint at step 4.',
    });
  });

  it('tells what a kill left', () => {
    expect(judge({ killed: true, events: [saved] })).toEqual({
      phase: 'stopped',
      exitCode: 130,
      reason: 'Killed on request; the newest checkpoint is of step 3.',
    });
    expect(judge({ killed: true }).reason).toContain('this attempt left no checkpoint');
  });

  it('names the first error: later ones are its consequences', () => {
    expect(judge({ events: [outOfMemory, neighbour] })).toMatchObject({
      phase: 'failed',
      exitCode: 1,
      reason: 'Rank 1 ran out of memory. Lower microBatchSize.',
    });
  });

  it('refuses a training that did not fit before its first step, and names the card', () => {
    const gpu = { uuid: 'GPU-1', index: 1, name: 'Tesla P40' };
    const [stage] = cpuPlan.stages;
    const plan: Plan = {
      ...cpuPlan,
      device: 'cuda',
      stages: [{ ...stage!, capacityBytes: 24 * GiB }],
      ranks: [{ ...cpuPlan.ranks[0]!, gpu }],
    };
    const rehearsal: Extract<TrainerEvent, { type: 'rehearsal' }> = {
      ...v,
      type: 'rehearsal',
      attempt: 1,
      rank: 0,
      stage: 0,
      fits: false,
      reserved_bytes: 24.5 * GiB,
      outside_bytes: 0.5 * GiB,
      seconds: null,
      busy: null,
      tokens: 0,
    };
    expect(judge({ plan, events: [rehearsal, outOfMemory, neighbour] })).toEqual({
      phase: 'failed',
      exitCode: 3,
      reason:
        'The rehearsal before the first step did not fit: card 1 (Tesla P40) needs 25.0 GiB or more and has 24.0 GiB.',
      cause: {
        key: 'did-not-fit',
        about: {
          short: [{ card: { index: 1, name: 'Tesla P40' }, rank: 0, needs: 25 * GiB, has: 24 * GiB }],
        },
      },
    });
    // What fits may fail for other reasons; and a card that others have filled is not said to need more than it has.
    const fits = { ...rehearsal, fits: true };
    expect(judge({ plan, events: [fits, outOfMemory] })).toMatchObject({ exitCode: 1 });
    const held = { ...rehearsal, reserved_bytes: 10 * GiB };
    expect(judge({ plan, events: [held, outOfMemory] }).reason).toContain('ran out at 10.5 GiB');
    expect(judge({ plan, events: [rehearsal], killed: true })).toMatchObject({ phase: 'stopped' });
  });

  it.each([
    [
      'the report of a subcommand',
      'Traceback\nValueError: x\n{"type": "error", "code": "c", "message": "No such model.", "fix": "Check it."}\n',
      'No such model. Check it.',
    ],
    [
      'the exception of the rank, not the one of torchrun about it',
      '[rank1]: RuntimeError: shape mismatch\ntorch.distributed.elastic.multiprocessing.errors.ChildFailedError: \n=====\n',
      'RuntimeError: shape mismatch (see trainer.log)',
    ],
    [
      'a rank killed by the system',
      'Signal 15 (SIGTERM) received by PID 4710\nRoot Cause (first observed failure):\n  Signal 9 (SIGKILL) received by PID 4711\n====\n',
      'The system killed the trainer (SIGKILL): most likely the machine ran out of memory. `dmesg` tells.',
    ],
    ['the last line, where there is no better', 'loading\nbus error\n\n', 'bus error (see trainer.log)'],
  ])('finds in the log: %s', (_, log, reason) => {
    expect(judge({ log }).reason).toBe(reason);
  });

  it.each([
    [exited(0), 'The trainer ended without saying that it was done.'],
    [exited(3), 'The trainer ended with exit code 3 and no message.'],
    [exited(143), 'The trainer was ended by SIGTERM.'],
    [{ code: null, signal: 'SIGKILL' as const }, expect.stringContaining('ran out of memory')],
  ])('explains a silent end: %o', (ending, reason) => {
    expect(judge({ ending })).toMatchObject({ phase: 'failed', exitCode: 1, reason });
  });
});
