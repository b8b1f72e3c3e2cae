import { exitCodes } from '../errors.ts';
import { openRun, type RunDirectory, runsRoot } from '../run/directory.ts';
import { lastEvent } from '../run/events-file.ts';
import { type ScreenChoice, showMonitorOr } from './monitor.ts';
import type { Output } from './output.ts';
import { programName } from './program-name.ts';
import { watchRun } from './watch.ts';

/** Of what went before, enough to see where it stands. */
const shownSteps = 20;

/** `attach`: a view on the run; leaving it changes nothing. @returns the run's exit code */
export async function attach(
  id: string | undefined,
  options: { runsDir?: string } & ScreenChoice,
  output: Output,
): Promise<number> {
  const run = openRun(id, runsRoot(options.runsDir));
  return showMonitorOr(run, output, () => follow(run, output), options);
}

/** In plain text, until the run's end or Ctrl-C. */
async function follow(run: RunDirectory, output: Output): Promise<number> {
  output.emit({ type: 'run', id: run.id, path: run.path });
  output.say(`Run ${run.id} in ${run.path}`);
  const leaving = new AbortController();
  const onInterrupt = () => leaving.abort();
  process.once('SIGINT', onInterrupt);
  const last = lastEvent(run.eventsFile, ['step'])?.step ?? 0;
  const result = await watchRun(run, output, {
    signal: leaving.signal,
    isOld: (event) => !output.json && event.type === 'step' && event.step <= last - shownSteps,
  });
  process.off('SIGINT', onInterrupt);
  if (typeof result === 'number') return result;
  output.say(`Left. The run goes on; come back with: ${programName} attach ${run.id}`);
  return exitCodes.interrupted;
}
