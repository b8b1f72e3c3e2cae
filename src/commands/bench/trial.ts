import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes, UserError } from '../../errors.ts';
import type { GpuReading } from '../../hardware/telemetry.ts';
import type { Plan } from '../../plan/schema.ts';
import type { Recipe } from '../../recipe/schema.ts';
import { killRun } from '../../run/control.ts';
import { type InspectedData, linkData } from '../../run/data-cache.ts';
import { createRun, type RunDirectory } from '../../run/directory.ts';
import type { TrainerEvent } from '../../run/events.ts';
import { followEvents } from '../../run/follow.ts';
import { launchRun } from '../../run/launch.ts';
import { inspectRun } from '../../run/lifecycle.ts';
import { readTelemetry } from '../../run/telemetry-file.ts';

/** The ranks and the supervisor are gone within seconds; a driver call can take longer. */
const endMs = 60_000;

export interface Trial {
  plan: Plan;
  recipe: Recipe;
  data: InspectedData;
  python: string;
  /** Folder for its run directory. */
  root: string;
  onEvent: (event: TrainerEvent) => void;
  /** Ends it at once. */
  signal: AbortSignal;
}

/** What a trial has told. */
export interface Outcome {
  ranOutOfMemory: boolean;
  events: TrainerEvent[];
  /** Of its cards, about one a second. */
  readings: GpuReading[];
}

/**
 * Trains to the end as any run does, under a supervisor, and takes the run directory away.
 *
 * @throws UserError `bench-failed`, whose log is then left; the signal's reason when it fires
 */
export async function runTrial(trial: Trial): Promise<Outcome> {
  const { plan, recipe, data, python, root, signal } = trial;
  const run = createRun({ root, recipe, plan, addData: (folder) => linkData(data, folder) });
  await launchRun(run, { python });
  const events: TrainerEvent[] = [];
  for await (const some of followEvents(run, { signal })) {
    events.push(...some);
    for (const event of some) trial.onEvent(event);
  }
  if (signal.aborted) {
    await end(run);
    signal.throwIfAborted();
  }
  const { state, reason } = inspectRun(run);
  const ranOutOfMemory = events.some((event) => event.type === 'error' && event.code === 'out-of-memory');
  if (state !== 'done' && !ranOutOfMemory) throw failed(run, reason);
  const readings = readTelemetry(run);
  rmSync(run.path, { recursive: true, force: true, maxRetries: 5 });
  return { ranOutOfMemory, events, readings };
}

/** A supervisor that has only just taken over starts the trainer all the same, and ends it then. */
async function end(run: RunDirectory): Promise<void> {
  const deadline = Date.now() + endMs;
  while (inspectRun(run).live && Date.now() < deadline) {
    await killRun(run);
    await sleep(50);
  }
}

function failed(run: RunDirectory, reason: string | null): UserError {
  return new UserError('bench-failed', { reason, log: run.logFile }, exitCodes.failed);
}
