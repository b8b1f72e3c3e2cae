import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { TrainerEvent } from './events.ts';
import { readLines } from './history.ts';

/** Bytes in a file; 0 while it does not exist. */
export function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Up to `maxBytes` from the end of a file, as text; what precedes the first complete line is cut off. */
export function readTail(file: string, maxBytes: number, from = 0): string {
  const size = sizeOf(file);
  const start = Math.max(from, size - maxBytes);
  if (size <= start) return '';
  const buffer = Buffer.alloc(size - start);
  const descriptor = openSync(file, 'r');
  try {
    const text = buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, start));
    return start > from ? text.slice(text.indexOf('\n') + 1) : text;
  } finally {
    closeSync(descriptor);
  }
}

/** One line of `events.jsonl`; null for anything that is no event, such as a line a full disk cut short. */
export function parseEvent(line: string): TrainerEvent | null {
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === 'object' && 'type' in value ? (value as TrainerEvent) : null;
  } catch {
    return null;
  }
}

/** Enough for the last words of any run: some thousand events. */
const lastWords = 1024 * 1024;

/**
 * The newest events, oldest first.
 *
 * @param from byte where the attempt in question begins
 */
export function tailEvents(file: string, from = 0): TrainerEvent[] {
  return readTail(file, lastWords, from)
    .split('\n')
    .map(parseEvent)
    .filter((event) => event !== null);
}

/** The type stands within so many bytes of every line. */
const headBytes = 160;

/** All events of a rare type, oldest first: of a million others in a fraction of a second. */
export function eventsOfType<T extends TrainerEvent['type']>(
  file: string,
  type: T,
): Extract<TrainerEvent, { type: T }>[] {
  const size = sizeOf(file);
  if (size === 0) return [];
  const lines = readLines(file, 0, size, (buffer, start, end) =>
    buffer.subarray(start, Math.min(end, start + headBytes)).includes(`"${type}"`),
  );
  const events: Extract<TrainerEvent, { type: T }>[] = [];
  for (const line of lines) {
    const event = parseEvent(line.toString());
    if (event?.type === type) events.push(event as Extract<TrainerEvent, { type: T }>);
  }
  return events;
}

/** The newest event of one of these types; only as much is parsed as it takes to find it. */
export function lastEvent<T extends TrainerEvent['type']>(
  file: string,
  types: readonly T[],
): Extract<TrainerEvent, { type: T }> | null {
  for (const line of readTail(file, lastWords).split('\n').reverse()) {
    const event = parseEvent(line);
    if (event && (types as readonly string[]).includes(event.type)) {
      return event as Extract<TrainerEvent, { type: T }>;
    }
  }
  return null;
}
