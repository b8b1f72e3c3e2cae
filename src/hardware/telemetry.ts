import { execa } from 'execa';
import { noCards } from '../words/en/cards.ts';
import { failureReason, parseRows, queryArguments, type SmiRow, smiBytes, smiNumber } from './smi-query.ts';

/** What one card reports at one moment. Null is what the card does not measure (a fan on a passive card), never 0. */
export interface GpuReading {
  /** ISO 8601. */
  t: string;
  uuid: string;
  memoryUsedBytes: number | null;
  memoryTotalBytes: number | null;
  /** Share of the last sample period in which a kernel ran, percent. */
  utilization: number | null;
  /** Celsius. */
  temperature: number | null;
  powerWatts: number | null;
  powerLimitWatts: number | null;
  /** Percent of full speed. */
  fanSpeed: number | null;
  /** SM clock, MHz. */
  clockMHz: number | null;
}

/** Fields that every driver torch runs on knows: the stream is not asked twice. */
const fields = [
  'uuid',
  'memory.used',
  'memory.total',
  'utilization.gpu',
  'temperature.gpu',
  'power.draw',
  'power.limit',
  'fan.speed',
  'clocks.sm',
] as const;

/**
 * Reads the cards once a second from one nvidia-smi that runs until the signal aborts. Nothing is kept: a slow
 * `onReading` slows nvidia-smi down instead.
 *
 * The child does not outlive us: it is killed on abort and when this process exits, and if this process is killed
 * outright, its next line finds no reader and ends it.
 *
 * @param uuids cards to report; others of the box are passed over
 * @param onReading called once per card and second
 * @returns null after an abort, else why the readings ended, for people. Rejects only with what `onReading` throws.
 */
export async function streamTelemetry(
  uuids: readonly string[],
  onReading: (reading: GpuReading) => void,
  signal: AbortSignal,
): Promise<string | null> {
  if (signal.aborted) return null;
  const child = execa('nvidia-smi', [...queryArguments('gpu', fields), '-lms', '1000'], {
    reject: false,
    buffer: false,
    stdin: 'ignore',
    stderr: 'ignore',
    cancelSignal: signal,
  });
  let lastWords: string | undefined;
  for await (const line of child.iterable()) {
    const [row] = parseRows(line, fields);
    if (row === undefined) lastWords = line;
    else if (uuids.includes(row.uuid!)) {
      try {
        onReading(toReading(row));
      } catch (error) {
        // Before the error leaves the loop: leaving it waits for the child to end.
        child.kill();
        throw error;
      }
    }
  }
  const result = await child;
  if (result.isCanceled) return null;
  return result.failed
    ? noCards(failureReason({ ...result, stdout: lastWords }))
    : 'nvidia-smi ended by itself.';
}

function toReading(row: SmiRow<(typeof fields)[number]>): GpuReading {
  return {
    t: new Date().toISOString(),
    uuid: row.uuid!,
    memoryUsedBytes: smiBytes(row['memory.used']),
    memoryTotalBytes: smiBytes(row['memory.total']),
    utilization: smiNumber(row['utilization.gpu']),
    temperature: smiNumber(row['temperature.gpu']),
    powerWatts: smiNumber(row['power.draw']),
    powerLimitWatts: smiNumber(row['power.limit']),
    fanSpeed: smiNumber(row['fan.speed']),
    clockMHz: smiNumber(row['clocks.sm']),
  };
}
