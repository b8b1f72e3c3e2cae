import type { LogState } from '../state/state.ts';

/** What of the log is looked at. Lines are known by their number, which stays while older ones are dropped. */
export interface LogView {
  /** Number of the lowest line shown; null follows the newest. */
  bottom: number | null;
  /** Looked for in the log; empty for nothing. */
  query: string;
  /** Number of the line found last. */
  found: number | null;
}

export const initialLogView: LogView = { bottom: null, query: '', found: null };

/** Lines to show in `height` rows, with their numbers. */
export function visibleLines({ first, lines }: LogState, { bottom }: LogView, height: number) {
  const end =
    bottom === null
      ? lines.length
      : Math.max(Math.min(height, lines.length), Math.min(lines.length, bottom + 1 - first));
  const start = Math.max(0, end - height);
  return lines.slice(start, end).map((text, index) => ({ number: first + start + index, text }));
}

/** The view moved by lines, down if positive; at the newest line it follows again. */
export function scroll(log: LogState, view: LogView, by: number, height: number): LogView {
  const last = log.first + log.lines.length - 1;
  const top = log.first + Math.min(height, log.lines.length) - 1;
  const bottom = Math.max(top, (view.bottom ?? last) + by);
  return { ...view, bottom: bottom >= last ? null : bottom };
}

const contains = (line: string, query: string) => line.toLowerCase().includes(query.toLowerCase());

/** Numbers of the lines that contain the query, whatever the case. */
export function matches({ first, lines }: LogState, query: string): number[] {
  if (query === '') return [];
  return lines.flatMap((line, index) => (contains(line, query) ? [first + index] : []));
}

/**
 * The view with the next match in it; from the newest it goes on at the oldest, and the other way round. The first search finds the newest.
 *
 * @param direction 1 towards the newest line
 */
export function findNext(log: LogState, view: LogView, direction: 1 | -1, height: number): LogView {
  const found = matches(log, view.query);
  if (found.length === 0) return { ...view, found: null };
  const at = view.found;
  const next =
    at === null
      ? found.at(-1)!
      : direction === 1
        ? (found.find((number) => number > at) ?? found[0]!)
        : (found.findLast((number) => number < at) ?? found.at(-1)!);
  const shown = visibleLines(log, view, height);
  const visible = shown.some(({ number }) => number === next);
  const last = log.first + log.lines.length - 1;
  const bottom = Math.min(last, next + Math.floor(height / 2));
  return {
    ...view,
    found: next,
    bottom:
      visible && view.bottom !== null
        ? view.bottom
        : (scroll(log, { ...view, bottom }, 0, height).bottom ?? last),
  };
}
