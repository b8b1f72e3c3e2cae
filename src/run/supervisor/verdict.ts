import { constants } from 'node:os';
import { exitCodes } from '../../errors.ts';
import type { Plan } from '../../plan/schema.ts';
import type { Report } from '../../words/en/trainer.ts';
import { type Cause, causeOf } from '../cause.ts';
import type { TrainerEvent } from '../events.ts';
import { findOverflow } from '../rehearsal.ts';
import type { Status } from '../status.ts';
import type { Ending } from './child.ts';

/** The last lines of `status.json`. */
export interface Verdict {
  phase: Extract<Status['phase'], 'done' | 'stopped' | 'failed'>;
  exitCode: number;
  /** For people; null when there is nothing to explain. */
  reason: string | null;
  /** What the reason says, where it is a failure or a warning. */
  cause?: Cause;
}

/** What there is to judge a training by. */
export interface Evidence {
  ending: Ending;
  plan: Plan;
  /** Of this attempt only, oldest first. */
  events: TrainerEvent[];
  /** End of `trainer.log`. */
  log: string;
  /** Someone asked for an end without a checkpoint. */
  killed: boolean;
}

/** How a training ended. Events are believed before exit codes: torchrun says 1 for every failure. */
export function judgeTraining({ ending, plan, events, log, killed }: Evidence): Verdict {
  const done = events.findLast((event) => event.type === 'done');
  if (done?.reason === 'finished') return { phase: 'done', exitCode: exitCodes.done, reason: null };
  if (done) {
    return {
      phase: 'stopped',
      exitCode: exitCodes.done,
      reason: `Stopped with a checkpoint at step ${done.step}.`,
    };
  }
  if (killed) return killedByUser(events);
  const overflow = findOverflow(events, plan);
  if (overflow) return { phase: 'failed', exitCode: exitCodes.refused, ...causeOf(overflow) };
  return { phase: 'failed', exitCode: exitCodes.failed, ...causeOf(findCause({ ending, events, log })) };
}

function killedByUser(events: TrainerEvent[]): Verdict {
  const kept = events.findLast((event) => event.type === 'checkpoint');
  const left = kept ? `the newest checkpoint is of step ${kept.step}` : 'this attempt left no checkpoint';
  return { phase: 'stopped', exitCode: exitCodes.interrupted, reason: `Killed on request; ${left}.` };
}

/** The first error is the cause; the ranks that fail after it only lost their neighbour. */
export function findCause({ ending, events, log }: Omit<Evidence, 'killed' | 'plan'>): Cause {
  const error = events.find((event) => event.type === 'error');
  if (error) return reported(error);
  return findInLog(log) ?? judgeEnding(ending);
}

/** torchrun's own report of the rank that failed first; those it ended afterwards stand above it. */
const rankSignal = /Root Cause.*Signal \d+ \((SIG\w+)\) received by PID/s;
/** Last line of a Python traceback, which torchrun may prefix with the rank. */
const exceptionLine = /^(?:\[rank\d+\]:\s*)?([A-Za-z_][\w.]*(?:Error|Exception|Interrupt)\b.*)$/;

function reported({ code, message, fix }: Report): Cause {
  return { key: 'reported', about: { code, message, fix } };
}

function findInLog(log: string): Cause | null {
  const lines = log.split('\n').map((line) => line.trim());
  for (const line of lines.toReversed()) {
    const reported = parseReport(line);
    if (reported) return reported;
  }
  const killed = rankSignal.exec(log);
  if (killed?.[1]) return endedBy(killed[1] as NodeJS.Signals);
  const exceptions = lines.flatMap((line) => exceptionLine.exec(line)?.[1] ?? []);
  // torchrun ends with an exception of its own about the failed child: it explains nothing.
  const cause = exceptions.findLast((line) => !line.includes('ChildFailedError')) ?? lines.findLast(Boolean);
  return cause ? { key: 'last-words', about: { line: cause } } : null;
}

/** The line by which every trainer subcommand reports an error. */
function parseReport(line: string): Cause | null {
  if (!line.startsWith('{')) return null;
  try {
    const { type, ...report } = JSON.parse(line);
    return type === 'error' ? reported(report) : null;
  } catch {
    return null;
  }
}

function judgeEnding({ code, signal }: Ending): Cause {
  if (signal) return endedBy(signal);
  if (code !== null && code > 128) {
    const name = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
    if (name) return endedBy(name as NodeJS.Signals);
  }
  return code === 0 ? { key: 'ended-silently', about: null } : { key: 'exit-code', about: { code } };
}

function endedBy(signal: NodeJS.Signals): Cause {
  return signal === 'SIGKILL'
    ? { key: 'killed-by-system', about: null }
    : { key: 'signal', about: { signal } };
}
