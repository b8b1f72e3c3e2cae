import type { Glyphs } from '../../theme/glyphs.ts';
import type { RankStep } from '../state/state.ts';

/** Characters of one row of a stacked column chart: `busy` from the bottom, `waiting` above it. */
export interface StackedSpan {
  part: 'busy' | 'waiting' | 'none';
  text: string;
}

/**
 * The newest steps as stacked columns, one a step, the newest at the right: how much of each was spent computing. Every column is full, since a step
 * is either busy or waiting; columns without a step are blank.
 *
 * @returns `height` rows of exactly `width` columns, from the top
 */
export function drawStackedSteps(
  steps: readonly RankStep[],
  width: number,
  height: number,
  glyphs: Pick<Glyphs, 'spark' | 'bar'>,
): StackedSpan[][] {
  const shown = width > 0 ? steps.slice(-width) : [];
  const blank = width - shown.length;
  return Array.from({ length: height }, (_, row) => {
    const spans: StackedSpan[] = blank > 0 ? [{ part: 'none', text: ' '.repeat(blank) }] : [];
    for (const { busy, waiting } of shown) {
      const share = busy + waiting > 0 ? busy / (busy + waiting) : 0;
      const filled = share * height - (height - 1 - row);
      const cell: StackedSpan =
        filled >= 1
          ? { part: 'busy', text: glyphs.bar.full }
          : filled * glyphs.spark.length >= 1
            ? { part: 'busy', text: glyphs.spark[Math.floor(filled * glyphs.spark.length) - 1]! }
            : { part: 'waiting', text: glyphs.bar.empty };
      const last = spans.at(-1);
      if (last?.part === cell.part) last.text += cell.text;
      else spans.push(cell);
    }
    return spans;
  });
}
