import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { readDataSummary } from '../dataset/read.ts';
import { exitCodes, UserError } from '../errors.ts';
import type { Plan } from '../plan/schema.ts';
import { totalSteps } from '../plan/steps.ts';
import { killRun, requestCheckpoint, requestStop } from '../run/control.ts';
import type { RunDirectory } from '../run/directory.ts';
import { inspectRun } from '../run/lifecycle.ts';
import { observeRun } from '../run/observe.ts';
import type { MonitorStore } from '../ui/monitor/store.ts';
import { screenMode } from '../ui/screen/mode.ts';
import { type Language, languageFor } from '../ui/strings/catalogue.ts';
import type { Background } from '../ui/theme/colors.ts';
import type { Output } from './output.ts';
import { programName } from './program-name.ts';
import { keepHeapTidy } from './tidy-heap.ts';

/** What the command line said about the screen: `--lang`, `--theme`. */
export interface ScreenChoice {
  lang?: Language | undefined;
  theme?: Background | undefined;
}

/** Whether a run can be shown full screen here: for people, at a terminal that can do it. */
export function canShowMonitor({ json }: Output): boolean {
  return !json && screenMode(process.env, process.stdin, process.stdout) === 'full';
}

/**
 * Shows a run full screen until it is left. The run belongs to its supervisor: whatever happens here, it goes on.
 *
 * @returns the run's exit code once it has ended; 0 when it was left running; 128 + the number of a signal that ended the showing
 * @throws what went wrong with the showing, with the terminal as it was
 */
export async function showMonitor(run: RunDirectory, { lang, theme }: ScreenChoice = {}): Promise<number> {
  const [{ MonitorStore }, { showMonitorScreen }] = await Promise.all([
    import('../ui/monitor/store.ts'),
    import('../ui/monitor/show.tsx'),
  ]);
  const plan = run.readPlan(run.readStatus().attempt);
  const store = new MonitorStore(plan, await countSteps(run, plan));
  const leaving = new AbortController();
  const stopTidying = keepHeapTidy();
  let accept = () => {};
  const accepted = () =>
    new Promise<void>((resolve, reject) => {
      accept = resolve;
      leaving.signal.addEventListener('abort', () => reject(leaving.signal.reason));
    });
  const observed = observeAttempts(run, store, accepted, leaving.signal).catch(store.fail);
  const end = await showMonitorScreen({
    store,
    run,
    program: programName,
    language: languageFor(lang, process.env),
    background: theme,
    requests: {
      checkpoint: () => requestCheckpoint(run),
      stop: () => requestStop(run),
      kill: () => void killRun(run).catch(store.fail),
    },
    onAccept: () => accept(),
  }).finally(async () => {
    stopTidying();
    leaving.abort();
    await observed;
  });
  if ('signal' in end) return 128 + constants.signals[end.signal];
  const { live, exitCode } = inspectRun(run);
  // An attempt that was accepted may have begun just then.
  return live || end.value !== 'ended' ? exitCodes.done : (exitCode ?? exitCodes.failed);
}

/** Optimizer steps of a run; null where neither its plan nor its dataset tells them. */
async function countSteps(run: RunDirectory, { training }: Plan): Promise<number | null> {
  if (training.maxSteps !== null) return training.maxSteps;
  if (!existsSync(run.dataFile)) return null;
  const data = await readDataSummary(run.dataFile).catch(() => null);
  return data && totalSteps({ ...training, rows: data.rows });
}

/** Until the run has ended or the signal: one that did not fit goes on with another plan, once that is accepted. */
async function observeAttempts(
  run: RunDirectory,
  store: MonitorStore,
  accepted: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await observeRun(run, store.add, signal);
    if (signal.aborted || inspectRun(run).state !== 'refused') return;
    // Planning is code that a run which goes well has no use for.
    const { rescueRun } = await import('./rescue.ts');
    if (!(await rescueRun(run, store.tellRescue, accepted, signal))) return;
    store.restart(run.readPlan(run.readStatus().attempt));
  }
}

/** As `showMonitor`, but should the showing fail, `otherwise` follows the run in plain text. */
export async function showMonitorOr(
  run: RunDirectory,
  output: Output,
  otherwise: () => Promise<number>,
  choice: ScreenChoice = {},
): Promise<number> {
  if (!canShowMonitor(output)) return otherwise();
  try {
    return await showMonitor(run, choice);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    output.say(
      `The full screen failed, which is a mistake in ft-wizard; the run goes on and is followed here.\n${what}`,
    );
    return otherwise();
  }
}
