import { watch } from 'node:fs';
import type { RunDirectory } from './directory.ts';
import type { TrainerEvent } from './events.ts';
import { parseEvent, sizeOf } from './events-file.ts';
import { readLines, thinning } from './history.ts';
import { inspectRun } from './lifecycle.ts';

/** History up to this size is read in full: some 40,000 events, parsed in a twentieth of a second. */
const fullBytes = 8 * 1024 * 1024;
/** File watching misses changes on network file systems and in some containers. */
const pollMs = 500;

/** Handed over at once, at most: of a long history, more need not be held. */
const batchSize = 256;

/**
 * All events of a run so far, then what is added as it is written, some at a time; ends when the run has ended or on the signal. Of a history of
 * more than 8 MiB the steps before the last MiB are thinned evenly, so that attaching to a run of a million lines takes less
 * than a second and still shows the whole curve.
 *
 * @param from byte of `events.jsonl` to begin at, for one who wants the events of a new attempt alone
 */
export async function* followEvents(
  run: RunDirectory,
  { signal, from = 0 }: { signal?: AbortSignal; from?: number } = {},
): AsyncGenerator<readonly TrainerEvent[], void> {
  const file = run.eventsFile;
  const changes = new Changes(run.path, signal);
  try {
    let next = from;
    for (;;) {
      if (signal?.aborted) return;
      // Asked before reading: whatever an ended run had to say is in the file by now.
      const { live } = inspectRun(run);
      const size = sizeOf(file);
      const stride = Math.ceil((size - next) / fullBytes);
      const recent = Math.max(next, size - 1024 * 1024);
      if (size > next) {
        next = yield* parseLines(file, next, stride > 1 ? recent : size, stride);
        if (stride > 1) next = yield* parseLines(file, next, size, 1);
      }
      if (!live) return;
      if (sizeOf(file) === size) await changes.next();
    }
  } finally {
    changes.close();
  }
}

function* parseLines(
  file: string,
  from: number,
  to: number,
  stride: number,
): Generator<readonly TrainerEvent[], number> {
  const lines = stride > 1 ? readLines(file, from, to, thinning(stride)) : readLines(file, from, to);
  let batch: TrainerEvent[] = [];
  for (;;) {
    const { value, done } = lines.next();
    const event = done ? null : parseEvent(value.toString('utf8'));
    if (event) batch.push(event);
    if (batch.length === batchSize || (done && batch.length > 0)) {
      yield batch;
      batch = [];
    }
    if (done) return value;
  }
}

/** Says when a folder may have changed: by the system's notice, or after a while. */
class Changes {
  #wake: () => void = () => {};
  #changed = false;
  readonly #watcher: { close(): void } | null;
  readonly #signal: AbortSignal | undefined;

  constructor(folder: string, signal?: AbortSignal) {
    this.#signal = signal;
    this.#watcher = watchQuietly(folder, this.#notice);
    signal?.addEventListener('abort', this.#notice);
  }

  #notice = () => {
    this.#changed = true;
    this.#wake();
  };

  async next(): Promise<void> {
    if (!this.#changed) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#changed = false;
  }

  close(): void {
    this.#watcher?.close();
    this.#signal?.removeEventListener('abort', this.#notice);
  }
}

/** Others, such as the log, change all the time. */
const telling = new Set(['events.jsonl', 'status.json']);

/** Watching may be impossible (inotify limits); then the polling has to do. */
function watchQuietly(folder: string, onChange: () => void): { close(): void } | null {
  try {
    const onFile = (_: string, name: string | null) => name !== null && telling.has(name) && onChange();
    return watch(folder, { persistent: false }, onFile).on('error', () => {});
  } catch {
    return null;
  }
}
