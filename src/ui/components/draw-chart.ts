import type { Glyphs } from '../theme/glyphs.ts';
import { DotCanvas } from './braille.ts';

/** [x, y]; a y that is not finite is a gap. */
export type Point = readonly [x: number, y: number];

/** One line of a chart, or single marks in it. Points are in the order of x. Later series are drawn over earlier ones. */
export interface Series {
  points: readonly Point[];
  /** Default: 'line'. */
  style?: 'line' | 'marks';
}

export interface ChartOptions {
  /** Characters of the plot, without axes. */
  width: number;
  height: number;
  /** Default: what the points span. */
  xRange?: Range | undefined;
  yRange?: Range | undefined;
  glyphs: Pick<Glyphs, 'braille' | 'points' | 'mark'>;
}

export type Range = readonly [low: number, high: number];

/** A run of characters of one series; null is background. */
export interface ChartSpan {
  series: number | null;
  text: string;
}

export interface Chart {
  /** `height` rows of exactly `width` columns, from the top. */
  rows: ChartSpan[][];
  xRange: Range;
  yRange: Range;
}

/**
 * Draws lines and marks into a box of characters: in braille, 2 x 4 points each, or one sign a point in ASCII. Of many points in one column the
 * lowest and the highest are kept, so that no spike is lost, and neighbouring columns are joined.
 *
 * @returns null while there is not one point to draw
 */
export function drawChart(series: readonly Series[], options: ChartOptions): Chart | null {
  const { glyphs } = options;
  const [width, height] = [Math.max(0, Math.floor(options.width)), Math.max(0, Math.floor(options.height))];
  const drawn = series.flatMap(({ points }) => points.filter(isFinitePoint));
  if (drawn.length === 0 || width === 0 || height === 0) return null;
  const xRange = options.xRange ?? spanOf(drawn, 0);
  const yRange = options.yRange ?? widen(spanOf(drawn, 1));

  const cells: (ChartSpan | null)[][] = Array.from({ length: height }, () => Array(width).fill(null));
  series.forEach(({ points, style = 'line' }, index) => {
    const put = (column: number, row: number, text: string) => {
      if (cells[row] && column >= 0 && column < width) cells[row][column] = { series: index, text };
    };
    if (style === 'marks') {
      for (const [x, y] of points.filter(isFinitePoint)) {
        put(positionOf(x, xRange, width), height - 1 - positionOf(y, yRange, height), glyphs.mark);
      }
      return;
    }
    if (glyphs.braille) {
      const canvas = new DotCanvas(width, height);
      traceLine(points, xRange, yRange, canvas.across, canvas.down, (x, from, to) =>
        canvas.column(x, from, to),
      );
      for (let row = 0; row < height; row += 1) {
        for (let column = 0; column < width; column += 1) {
          const text = canvas.at(column, row);
          if (text) put(column, row, text);
        }
      }
      return;
    }
    const sign = glyphs.points[index % glyphs.points.length]!;
    traceLine(points, xRange, yRange, width, height, (x, from, to) => {
      for (let row = Math.min(from, to); row <= Math.max(from, to); row += 1) put(x, row, sign);
    });
  });
  return { rows: cells.map(joinSpans), xRange, yRange };
}

/** Calls `column` for every column of a grid that the line passes, with the rows between which it runs there (0 is the top). */
function traceLine(
  points: readonly Point[],
  xRange: Range,
  yRange: Range,
  across: number,
  down: number,
  column: (x: number, from: number, to: number) => void,
): void {
  const rowOf = (y: number) => down - 1 - positionOf(y, yRange, down);
  let previous: { x: number; row: number } | null = null;
  for (const point of points) {
    if (!isFinitePoint(point)) {
      previous = null;
      continue;
    }
    const x = positionOf(point[0], xRange, across);
    const row = rowOf(point[1]);
    if (!previous) {
      column(x, row, row);
    } else {
      const { x: fromX, row: fromRow } = previous;
      const steps = Math.max(1, x - fromX);
      let last = fromRow;
      for (let step = 1; step <= steps; step += 1) {
        const next = Math.round(fromRow + ((row - fromRow) * step) / steps);
        column(
          x === fromX ? x : fromX + step,
          last === next || step === 1 ? last : last + Math.sign(next - last),
          next,
        );
        last = next;
      }
    }
    previous = { x, row };
  }
}

/** Which of `count` cells a value is in. @returns beyond 0..count-1 where the value is outside of the range */
function positionOf(value: number, [low, high]: Range, count: number): number {
  if (high <= low) return Math.floor((count - 1) / 2);
  return Math.round(((value - low) / (high - low)) * (count - 1));
}

const isFinitePoint = ([x, y]: Point) => Number.isFinite(x) && Number.isFinite(y);

function spanOf(points: readonly Point[], axis: 0 | 1): Range {
  // Not Math.min(...values): a long run has more points than a call takes arguments.
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const point of points) {
    low = Math.min(low, point[axis]);
    high = Math.max(high, point[axis]);
  }
  return [low, high];
}

/** A flat line lies in the middle of its chart. */
function widen([low, high]: Range): Range {
  if (high > low) return [low, high];
  const margin = Math.abs(low) * 0.1 || 1;
  return [low - margin, high + margin];
}

function joinSpans(cells: readonly (ChartSpan | null)[]): ChartSpan[] {
  const spans: ChartSpan[] = [];
  for (const cell of cells) {
    const { series, text } = cell ?? { series: null, text: ' ' };
    const last = spans.at(-1);
    if (last?.series === series) last.text += text;
    else spans.push({ series, text });
  }
  return spans;
}
