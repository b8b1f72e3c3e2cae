import type { Glyphs } from '../../theme/glyphs.ts';
import type { RankStep } from '../state/state.ts';

/**
 * The newest steps as stacked columns, one a step, the newest at the right: busy from the bottom, waiting above it. Every column is full, since a
 * step is either; columns without a step are blank. The signs tell both apart, so a row needs one colour only.
 *
 * @returns `height` rows of exactly `width` columns, from the top
 */
export function drawStackedSteps(
  steps: readonly RankStep[],
  width: number,
  height: number,
  glyphs: Pick<Glyphs, 'spark' | 'bar'>,
): string[] {
  const shares = (width > 0 ? steps.slice(-width) : []).map(({ busy, waiting }) =>
    busy + waiting > 0 ? busy / (busy + waiting) : 0,
  );
  return Array.from({ length: height }, (_, row) => {
    const below = height - 1 - row;
    const signs = shares.map((share) => signOf(share * height - below, glyphs));
    return signs.join('').padStart(width);
  });
}

/** @param filled of the cell, 0 to 1 and beyond */
function signOf(filled: number, { spark, bar }: Pick<Glyphs, 'spark' | 'bar'>): string {
  if (filled >= 1) return bar.full;
  const level = Math.floor(filled * spark.length);
  return level >= 1 ? spark[level - 1]! : bar.empty;
}
