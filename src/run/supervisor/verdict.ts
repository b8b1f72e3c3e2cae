import { constants } from 'node:os';
import { exitCodes, explain } from '../../errors.ts';
import type { TrainerEvent } from '../events.ts';
import type { Status } from '../status.ts';
import type { Ending } from './child.ts';

/** The last lines of `status.json`. */
export interface Verdict {
  phase: Extract<Status['phase'], 'done' | 'stopped' | 'failed'>;
  exitCode: number;
  /** For people; null when there is nothing to explain. */
  reason: string | null;
}

/** What there is to judge a training by. */
export interface Evidence {
  ending: Ending;
  /** Of this attempt only, oldest first. */
  events: TrainerEvent[];
  /** End of `trainer.log`. */
  log: string;
  /** Someone asked for an end without a checkpoint. */
  killed: boolean;
}

/** How a training ended. Events are believed before exit codes: torchrun says 1 for every failure. */
export function judgeTraining({ ending, events, log, killed }: Evidence): Verdict {
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
  return { phase: 'failed', exitCode: exitCodes.failed, reason: explainFailure({ ending, events, log }) };
}

function killedByUser(events: TrainerEvent[]): Verdict {
  const kept = events.findLast((event) => event.type === 'checkpoint');
  const left = kept ? `the newest checkpoint is of step ${kept.step}` : 'this attempt left no checkpoint';
  return { phase: 'stopped', exitCode: exitCodes.interrupted, reason: `Killed on request; ${left}.` };
}

/** The cause in a sentence or two. The first error is the cause; the ranks that fail after it only lost their neighbour. */
export function explainFailure({ ending, events, log }: Omit<Evidence, 'killed'>): string {
  const error = events.find((event) => event.type === 'error');
  if (error) return explain(error);
  return explainByLog(log) ?? explainByEnding(ending);
}

/** torchrun's own report of the rank that failed first; those it ended afterwards stand above it. */
const rankSignal = /Root Cause.*Signal \d+ \((SIG\w+)\) received by PID/s;
/** Last line of a Python traceback, which torchrun may prefix with the rank. */
const exceptionLine = /^(?:\[rank\d+\]:\s*)?([A-Za-z_][\w.]*(?:Error|Exception|Interrupt)\b.*)$/;

function explainByLog(log: string): string | null {
  const lines = log.split('\n').map((line) => line.trim());
  for (const line of lines.toReversed()) {
    const reported = parseReport(line);
    if (reported) return reported;
  }
  const killed = rankSignal.exec(log);
  if (killed?.[1]) return explainSignal(killed[1] as NodeJS.Signals);
  const exceptions = lines.flatMap((line) => exceptionLine.exec(line)?.[1] ?? []);
  // torchrun ends with an exception of its own about the failed child: it explains nothing.
  const cause = exceptions.findLast((line) => !line.includes('ChildFailedError')) ?? lines.findLast(Boolean);
  return cause ? `${cause} (see trainer.log)` : null;
}

/** The line by which every trainer subcommand reports an error. */
function parseReport(line: string): string | null {
  if (!line.startsWith('{')) return null;
  try {
    const { type, message, fix } = JSON.parse(line);
    return type === 'error' ? explain({ message, fix }) : null;
  } catch {
    return null;
  }
}

function explainByEnding({ code, signal }: Ending): string {
  if (signal) return explainSignal(signal);
  if (code !== null && code > 128) {
    const name = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
    if (name) return explainSignal(name as NodeJS.Signals);
  }
  return code === 0
    ? 'The trainer ended without saying that it was done.'
    : `The trainer ended with exit code ${code} and no message.`;
}

function explainSignal(signal: NodeJS.Signals): string {
  return signal === 'SIGKILL'
    ? 'The system killed the trainer (SIGKILL): most likely the machine ran out of memory. `dmesg` tells.'
    : `The trainer was ended by ${signal}.`;
}
