import { hostname } from 'node:os';
import { exitCodes } from '../errors.ts';
import { type Cause, causeOf } from './cause.ts';
import type { RunDirectory } from './directory.ts';
import { lastEvent } from './events-file.ts';
import { findMarked, isAlive } from './process-identity.ts';
import { findOverflow, readRehearsals } from './rehearsal.ts';
import type { Status } from './status.ts';

/** How a run stands. `refused`: an attempt did not fit; `lost`: it neither runs nor ended in any way it could still tell. */
export type RunState = Status['phase'] | 'refused' | 'lost';

export interface Lifecycle {
  state: RunState;
  /** Whether something of the run is still at work. */
  live: boolean;
  /** False when the training goes on though its supervisor died. */
  supervised: boolean;
  /** As the command line's table says; null while live. */
  exitCode: number | null;
  /** Why it ended, for people. */
  reason: string | null;
  /** What the reason says, in no language. */
  cause?: Status['cause'];
  status: Status;
}

/** Marks every process of a run: `findMarked` finds the ranks even where supervisor and torchrun are gone. */
export const runMark = 'FT_WIZARD_RUN';

const ended: readonly Status['phase'][] = ['done', 'stopped', 'failed'];

/** A heartbeat is written every few seconds; from another host, whose pids mean nothing here, it is all there is to go by. */
const silenceMs = 60_000;

/**
 * What state a run is really in. `status.json` says what its supervisor last knew; processes say whether that still holds.
 *
 * @throws UserError `run-broken`
 */
export function inspectRun(run: RunDirectory): Lifecycle {
  const status = run.readStatus();
  const { exitCode, reason, cause } = status;
  if (ended.includes(status.phase)) {
    const state = cause?.key === 'did-not-fit' ? 'refused' : status.phase;
    return { state, live: false, supervised: false, exitCode, reason, cause, status };
  }
  const going = { state: status.phase, live: true, exitCode: null, reason: null, status };
  if (status.host !== hostname()) {
    const silent = Date.now() - Date.parse(status.updated) > silenceMs;
    return silent
      ? lost(status, { key: 'no-sign-of-life', about: { host: status.host } })
      : { ...going, supervised: true };
  }
  if (isAlive(status.supervisor)) return { ...going, supervised: true };
  if (isTrainerAlive(run, status)) return { ...going, supervised: false };
  return endWithoutSupervisor(run, status);
}

/** Whether torchrun or any rank of the run is still there. */
export function isTrainerAlive(run: RunDirectory, status: Status): boolean {
  return (status.trainer !== null && isAlive(status.trainer)) || findMarked(runMark, run.path).length > 0;
}

/** The supervisor died before the trainer ended: the trainer's own last words tell how. */
function endWithoutSupervisor(run: RunDirectory, status: Status): Lifecycle {
  const end = { live: false, supervised: false, status };
  // A later step means that an older end was followed by another attempt.
  const last = lastEvent(run.eventsFile, ['done', 'error', 'step']);
  if (last?.type === 'done' && last.reason === 'finished') {
    return { ...end, state: 'done', exitCode: exitCodes.done, reason: null };
  }
  if (last?.type === 'done') {
    return { ...end, state: 'stopped', exitCode: exitCodes.done, reason: `Stopped after step ${last.step}.` };
  }
  if (last?.type === 'error') {
    const rehearsals = readRehearsals(run).filter(({ attempt }) => attempt === status.attempt);
    const overflow = findOverflow(rehearsals, run.readPlan(status.attempt));
    if (overflow) return { ...end, state: 'refused', exitCode: exitCodes.refused, ...causeOf(overflow) };
    const { code, message, fix } = last;
    const cause = causeOf({ key: 'reported', about: { code, message, fix } });
    return { ...end, state: 'failed', exitCode: exitCodes.failed, ...cause };
  }
  return lost(status, { key: 'without-a-word', about: null });
}

function lost(status: Status, cause: Cause): Lifecycle {
  return {
    state: 'lost',
    live: false,
    supervised: false,
    exitCode: exitCodes.failed,
    ...causeOf(cause),
    status,
  };
}
