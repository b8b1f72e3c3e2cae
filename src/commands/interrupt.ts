import { UserError } from '../errors.ts';
import { killRun, requestStop } from '../run/control.ts';
import type { RunDirectory } from '../run/directory.ts';
import type { Output } from './output.ts';

/** npm and other wrappers hand on the signal that the terminal has sent to all of us already: one key, two signals. */
const onePressMs = 500;

/**
 * While `work` lasts, Ctrl-C asks the run to stop with a checkpoint, and a second one ends it at once. Losing the terminal
 * (SIGHUP) ends only the watching: the run belongs to its supervisor.
 *
 * @returns what `work` returned, and whether Ctrl-C was pressed
 */
export async function stoppingOnInterrupt<Result>(
  run: RunDirectory,
  output: Output,
  work: () => Promise<Result>,
): Promise<{ result: Result; interrupted: boolean }> {
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
    return { result: await work(), interrupted: presses > 0 };
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
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
