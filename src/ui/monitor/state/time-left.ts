import { areStandIns } from '../../../plan/stand-in.ts';
import type { MonitorState } from './state.ts';

/** Steps that are done, and those of the whole run; 0 where nobody knows how many. */
export function stepsOf({ step, plannedSteps }: MonitorState): [done: number, of: number] {
  return [step?.step ?? 0, step?.totalSteps ?? plannedSteps ?? 0];
}

/**
 * Seconds of the steps to come. Before the first one of this attempt they are what the plan says, set right by the rehearsal, and their
 * clock does not run yet.
 *
 * @returns null where nothing is to come, or nobody knows
 */
export function timeLeft(state: MonitorState): { seconds: number; began: boolean } | null {
  const { step, lifecycle, plan, calibration, now } = state;
  const [done, of] = stepsOf(state);
  if (!lifecycle?.live || done >= of) return null;
  const { attempt } = lifecycle.status;
  if (step?.attempt === attempt) {
    return { seconds: Math.max(0, step.eta - (now - Date.parse(step.t)) / 1000), began: true };
  }
  const measured = calibration?.attempt === attempt ? calibration : null;
  // What is planned for cards says nothing of the CPU in their place.
  if (areStandIns(plan) && !measured) return null;
  const factor = measured ? measured.measured / measured.predicted : 1;
  return { seconds: (of - done) * plan.throughput.stepSeconds * factor, began: false };
}

/** Whether this attempt has told nothing yet: of a first one there is no word at all, of a resumed one the last is that it was stopped. */
export function isStarting({ lifecycle, phase, error, done }: MonitorState): boolean {
  if (lifecycle?.state !== 'training') return false;
  return (phase === null && error === null) || done?.reason === 'stopped';
}
