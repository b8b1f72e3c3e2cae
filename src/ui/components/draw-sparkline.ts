import type { Range } from './draw-chart.ts';

/**
 * The newest values as one row of levels, at the right end of exactly `width` columns. A value that is not known (null) leaves a blank.
 *
 * @param range what the lowest and the highest level stand for; values beyond are held there
 */
export function drawSparkline(
  values: readonly (number | null)[],
  width: number,
  [low, high]: Range,
  levels: readonly string[],
): string {
  const newest = width > 0 ? values.slice(-width) : [];
  const signs = newest.map((value) => {
    if (value === null || !Number.isFinite(value)) return ' ';
    const share = high > low ? (value - low) / (high - low) : 0;
    const level = Math.floor(share * levels.length);
    return levels[Math.min(levels.length - 1, Math.max(0, level))]!;
  });
  return signs.join('').padStart(width);
}
