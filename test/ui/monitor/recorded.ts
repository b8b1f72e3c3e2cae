// A recorded run, and states made from it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plan } from '../../../src/plan/schema.ts';
import type { TrainerEvent } from '../../../src/run/events.ts';
import { parseEvent } from '../../../src/run/events-file.ts';
import type { Lifecycle, RunState } from '../../../src/run/lifecycle.ts';
import type { Observation } from '../../../src/run/observe.ts';
import { reduce } from '../../../src/ui/monitor/state/reduce.ts';
import { initialState, type MonitorState } from '../../../src/ui/monitor/state/state.ts';

const folder = path.resolve(import.meta.dirname, '../../fixtures/runs/killed-and-resumed');
const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');

export const plan: Plan = JSON.parse(read('plan.json'));
export const log = read('trainer.log').split('\n').slice(0, -1);
export const events = read('events.jsonl')
  .split('\n')
  .map(parseEvent)
  .filter((event): event is TrainerEvent => event !== null);

/** The moment of the last event. */
export const lastMoment = Date.parse(events.at(-1)!.t);

export function lifecycle(state: RunState, reason: string | null = null): Lifecycle {
  const live = !['done', 'stopped', 'failed', 'refused', 'lost'].includes(state);
  const status = { ...JSON.parse(read('status.json')), updated: events.at(-1)!.t };
  return {
    state,
    live,
    supervised: live,
    exitCode: live ? null : state === 'failed' ? 1 : 0,
    reason,
    status,
  };
}

export function observation(change: Partial<Observation> = {}): Observation {
  return {
    now: lastMoment,
    events: [],
    readings: [],
    log: [],
    lifecycle: lifecycle('training'),
    plan,
    freeDiskBytes: 500e9,
    ...change,
  };
}

/** The recorded run up to where it trains for the second time, at step `until`. */
export function trainingState(change: Partial<Observation> = {}, until = 25): MonitorState {
  const end = events.findLastIndex((event) => event.type === 'stage' && event.step === until) + 1;
  const now = Date.parse(events[end - 1]!.t) + 400;
  const running = lifecycle('training');
  running.status.updated = new Date(now).toISOString();
  const seen = { now, events: events.slice(0, end), log: log.slice(0, -8), lifecycle: running };
  return reduce(initialState(plan), observation({ ...seen, ...change }));
}

export function endedState(state: RunState, reason: string | null = null): MonitorState {
  return reduce(initialState(plan), observation({ events, log, lifecycle: lifecycle(state, reason) }));
}
