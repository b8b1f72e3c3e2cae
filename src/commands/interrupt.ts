import { type AboutError, UserError } from '../errors.ts';
import { killRun, requestStop } from '../run/control.ts';
import type { RunDirectory } from '../run/directory.ts';
import type { Output } from './output.ts';

/** npm and other wrappers hand on the signal that the terminal has sent to all of us already: one key, two signals. */
const onePressMs = 500;

/**
 * While `work` lasts, Ctrl-C asks the run to stop with a checkpoint, and a second one ends it at once. Losing the terminal
 * (SIGHUP) ends only the watching: the run belongs to its supervisor.
 */
export async function stoppingOnInterrupt<Result>(
  run: RunDirectory,
  output: Output,
  work: () => Promise<Result>,
): Promise<Result> {
  let presses = 0;
  let lastPress = Number.NEGATIVE_INFINITY;
  const onInterrupt = () => {
    const now = performance.now();
    if (now - lastPress < onePressMs) return;
    lastPress = now;
    presses += 1;
    if (presses === 1) {
      output.say(
        'Stopping with a checkpoint after this step. Press Ctrl-C again to end it now, without one.',
      );
      ignoringEnded(() => requestStop(run));
    } else if (presses === 2) {
      output.say('Ending it now.');
      void killRun(run);
    }
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  try {
    return await work();
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does work that is given up when the process is told to end: then nothing of it is left behind.
 *
 * @param during what is given up
 * @throws UserError `interrupted`, with 128 + the signal's number as exit code
 */
export function givingUpOnInterrupt<Result>(
  during: AboutError['interrupted']['during'],
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  return abortingOnInterrupt(work, (number) => new UserError('interrupted', { during }, 128 + number));
}

/**
 * Does work that Ctrl-C, a kill and a lost terminal abort.
 *
 * @param reason what it is aborted with, of the signal's number; default: an `AbortError`
 */
export async function abortingOnInterrupt<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  reason: (signal: number) => unknown = () => undefined,
): Promise<Result> {
  const controller = new AbortController();
  const onSignal = (_: NodeJS.Signals, number: number) => controller.abort(reason(number));
  for (const name of endSignals) process.on(name, onSignal);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of endSignals) process.off(name, onSignal);
  }
}

/** The run may have come to its end while the key was on its way down. */
function ignoringEnded(request: () => void): void {
  try {
    request();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}
