import { useIsScreenReaderEnabled, useWindowSize } from 'ink';

/** Characters. */
export interface Size {
  columns: number;
  rows: number;
}

/**
 * What can be drawn on, following the window. The last row of the window stays free: a frame that fills it makes Ink clear the screen
 * at every update.
 */
export function useTerminalSize(): Size {
  const { columns, rows } = useWindowSize();
  return { columns, rows: Math.max(1, rows - 1) };
}

/** Everything is written one below the other, for a screen reader: no columns, no pictures, words for what a picture shows. */
export const useLinear = useIsScreenReaderEnabled;
