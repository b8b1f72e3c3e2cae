import { exitCodes } from '../errors.ts';
import type { RunDirectory } from '../run/directory.ts';
import type { TrainerEvent } from '../run/events.ts';
import { lastEvent } from '../run/events-file.ts';
import { followEvents } from '../run/follow.ts';
import { inspectRun } from '../run/lifecycle.ts';
import type { Output } from './output.ts';
import { programName } from './program-name.ts';
import { formatNextSteps } from './text/next-steps.ts';
import { downloadStatus, ProgressText } from './text/progress.ts';

/** Seconds between two steps that are told where all is read out. */
const spokenEvery = 10;

interface WatchOptions {
  /** Ends the watching, not the run. */
  signal?: AbortSignal;
  until?: 'first-step';
  /** Events of the past that need not be shown again; their figures are counted all the same. */
  isOld?: (event: TrainerEvent) => boolean;
}

/**
 * Shows a run's events, those so far and each new one, until it has ended.
 *
 * @returns the run's exit code, or what ended the watching before
 */
export async function watchRun(
  run: RunDirectory,
  output: Output,
  { signal, until, isOld }: WatchOptions = {},
): Promise<number | 'first-step' | 'left'> {
  const progress = new ProgressText(
    run.readStatus().attempt,
    (attempt) => run.readPlan(attempt),
    output.paint,
  );
  let result: string | null = null;
  let spokenAt = 0;
  for await (const events of followEvents(run, signal ? { signal } : {})) {
    for (const event of events) {
      const line = progress.line(event);
      if (isOld?.(event)) continue;
      output.emit(event);
      if (event.type === 'download') output.status(downloadStatus(event));
      const at = Date.parse(event.t);
      const isStep = event.type === 'step' && event.step < event.totalSteps;
      const isTooSoon = output.isSpoken && isStep && at < spokenAt + spokenEvery * 1000;
      if (line !== null && !isTooSoon) output.say(line);
      if (isStep && !isTooSoon) spokenAt = at;
      if (event.type === 'done') result = event.output;
      if (event.type === 'step' && until === 'first-step') return until;
    }
  }
  if (signal?.aborted) return 'left';
  return sayEnd(run, result, output);
}

async function sayEnd(run: RunDirectory, result: string | null, output: Output): Promise<number> {
  const { state, reason, exitCode, status } = inspectRun(run);
  if (state === 'refused') {
    // Planning is code that a run which goes well has no use for.
    const { tellProposal } = await import('./tell-proposal.ts');
    await tellProposal(run, output);
  }
  output.emit({ type: 'end', run: run.id, state, exitCode, reason, output: result });
  const plan = run.readPlan(status.attempt);
  if (state === 'done') {
    if (reason) output.say(`${output.paint('yellow', 'Warning:')} ${reason}`);
    if (plan.model.weights === 'random') {
      output.say('Nothing was kept: the weights were random.');
      return exitCode ?? exitCodes.failed;
    }
    const next = { runId: run.id, plan, result: result ?? run.outputFolder, program: programName };
    output.say(formatNextSteps(next, output.paint));
  } else if (state === 'refused') {
    output.say(`Its log: ${run.logFile}`);
  } else if (state === 'stopped') {
    output.say(`${reason ?? 'Stopped.'} ${waysOn(run, 'later ')}`);
  } else {
    output.say(
      `${output.paint('red', `The run ${state === 'lost' ? 'was lost' : 'failed'}.`)} ${reason ?? ''}`,
    );
    output.say(`Its log: ${run.logFile}\n${waysOn(run)}`);
  }
  return exitCode ?? exitCodes.failed;
}

/** What `resume` would do with a run that has not finished. */
function waysOn(run: RunDirectory, when = ''): string {
  const command = `${programName} resume ${run.id}`;
  const kept = lastEvent(run.eventsFile, ['checkpoint']);
  return kept
    ? `Go on ${when}from the checkpoint of step ${kept.step} with: ${command}`
    : `There is no checkpoint to go on from; begin again with: ${command}`;
}
