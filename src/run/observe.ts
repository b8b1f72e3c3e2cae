import { freeDiskBytes } from '../hardware/host.ts';
import type { GpuReading } from '../hardware/telemetry.ts';
import type { Plan } from '../plan/schema.ts';
import type { RunDirectory } from './directory.ts';
import type { TrainerEvent } from './events.ts';
import { followEvents } from './follow.ts';
import { inspectRun, type Lifecycle } from './lifecycle.ts';
import { FileTail } from './tail.ts';
import { parseReading } from './telemetry-file.ts';

/** What a look at the run directory has brought since the last one. */
export interface Observation {
  /** Epoch milliseconds. */
  now: number;
  events: readonly TrainerEvent[];
  readings: readonly GpuReading[];
  /** Lines of trainer.log. */
  log: readonly string[];
  lifecycle: Lifecycle;
  /** Of the current attempt. */
  plan: Plan;
  /** Null where it cannot be told. */
  freeDiskBytes: number | null;
}

const lookMs = 1_000;
const diskMs = 10_000;
/** Of a long history, so many events are handed over at once: they need not all be held. */
const historyBatch = 1_024;
/** Some minutes of eight cards. */
const telemetryBytes = 512 * 1024;
const logBytes = 256 * 1024;

/**
 * Looks at a run once a second until it has ended or the signal aborts; the whole history comes first. The run does not notice.
 *
 * @param onObservation `settled` is false while more of the history follows at once: there is no need to draw yet
 * @throws UserError `run-broken` when the run directory cannot be read any more
 */
export async function observeRun(
  run: RunDirectory,
  onObservation: (observation: Observation, settled: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  const log = new FileTail(run.logFile, logBytes);
  const telemetry = new FileTail(run.telemetryFile, telemetryBytes);
  let events: TrainerEvent[] = [];
  let plan: { attempt: number; plan: Plan } | null = null;
  const disk = watchDisk(run.path);

  let lifecycle: Lifecycle | null = null;
  const look = (settled: boolean) => {
    // Asked once for all of the history.
    if (settled || !lifecycle) lifecycle = inspectRun(run);
    const { attempt } = lifecycle.status;
    if (plan?.attempt !== attempt) plan = { attempt, plan: run.readPlan(attempt) };
    const seen = events;
    events = [];
    onObservation(
      {
        now: Date.now(),
        events: seen,
        readings: settled ? telemetry.read().flatMap(parseReading) : [],
        log: settled ? log.read() : [],
        lifecycle,
        plan: plan.plan,
        freeDiskBytes: disk.free(),
      },
      settled,
    );
  };

  const leaving = new AbortController();
  const reading = AbortSignal.any([signal, leaving.signal]);
  let failure: { error: unknown } | null = null;
  const tick = () => {
    try {
      look(true);
    } catch (error) {
      failure = { error };
      leaving.abort();
    }
  };
  // Its first turn comes when the history has been read: until then the loop below does not wait for anything.
  const first = setTimeout(tick, 0);
  const timer = setInterval(tick, lookMs);
  try {
    for await (const added of followEvents(run, { signal: reading })) {
      events.push(...added);
      if (events.length >= historyBatch) look(false);
    }
    if (failure) throw (failure as { error: unknown }).error;
    if (!signal.aborted) look(true);
  } finally {
    clearTimeout(first);
    clearInterval(timer);
    disk.close();
  }
}

/** Asks rarely: a network file system may take its time over it. */
function watchDisk(path: string): { free(): number | null; close(): void } {
  let free: number | null = null;
  const ask = () => {
    freeDiskBytes(path).then(
      (bytes) => {
        free = bytes;
      },
      () => {
        free = null;
      },
    );
  };
  ask();
  const timer = setInterval(ask, diskMs);
  return { free: () => free, close: () => clearInterval(timer) };
}
