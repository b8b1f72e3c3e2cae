import { describe, expect, test } from 'vitest';
import type { TrainerEvent } from '../../../src/run/events.ts';
import { reduce } from '../../../src/ui/monitor/state/reduce.ts';
import { initialState, type MonitorState } from '../../../src/ui/monitor/state/state.ts';
import { isStarting, stepsOf, timeLeft } from '../../../src/ui/monitor/state/time-left.ts';
import { lifecycle, observation, plan } from './recorded.ts';

const began = Date.parse('2026-11-27T20:00:00Z');
const envelope = { v: 1 as const, t: new Date(began).toISOString() };
const { stepSeconds } = plan.throughput;

const load: TrainerEvent = { ...envelope, type: 'phase', phase: 'load' };
const rehearsed = (attempt: number): TrainerEvent => ({
  ...envelope,
  type: 'calibration',
  attempt,
  source: 'rehearsal',
  predicted: 2,
  measured: 3,
});
const step = (attempt: number, at: number, eta: number): TrainerEvent => ({
  ...envelope,
  ...{ type: 'step', attempt, step: at, totalSteps: 40, epoch: 1, loss: 1, grad_norm: 1, lr: 1e-4 },
  ...{ tokens: 100, tokens_per_second: 100, eta, loss_scale: null, skipped: false },
});

/** Seconds after the events were written. */
function runAfter(
  seconds: number,
  attempt: number,
  events: TrainerEvent[],
  steps: number | null = 40,
): MonitorState {
  const running = lifecycle('training');
  running.status.attempt = attempt;
  const now = began + seconds * 1000;
  return reduce(initialState(plan, steps), observation({ events, now, lifecycle: running }));
}

describe('before the first step', () => {
  test('as planned', () => {
    const state = runAfter(5, 1, [load]);
    expect(stepsOf(state)).toEqual([0, 40]);
    expect(timeLeft(state)).toEqual({ seconds: 40 * stepSeconds, began: false });
  });

  test('set right by the rehearsal', () => {
    expect(timeLeft(runAfter(5, 1, [load, rehearsed(1)]))?.seconds).toBeCloseTo(1.5 * 40 * stepSeconds, 9);
  });

  test('nothing, where nobody knows how many steps there are', () => {
    const state = runAfter(5, 1, [load], null);
    expect(stepsOf(state)).toEqual([0, 0]);
    expect(timeLeft(state)).toBeNull();
  });

  test('of a resumed run what is left to do, not what the attempt before said of it', () => {
    const stopped: TrainerEvent = {
      ...envelope,
      ...{ type: 'done', reason: 'stopped', step: 30, loss: 1, seconds: 60, output: null },
    };
    const events = [load, rehearsed(1), step(1, 30, 20), stopped];
    const resumed = runAfter(3600, 2, events);
    expect([isStarting(resumed), isStarting(runAfter(3600, 2, [...events, load]))]).toEqual([true, false]);
    expect(timeLeft(resumed)).toEqual({ seconds: 10 * stepSeconds, began: false });
  });
});

test('from the first step on, as the trainer says, less what has passed since', () => {
  const state = runAfter(4, 1, [load, rehearsed(1), step(1, 1, 60)]);
  expect(timeLeft(state)).toEqual({ seconds: 56, began: true });
  expect(timeLeft(runAfter(4, 1, [load, step(1, 40, 0)]))).toBeNull();
});
