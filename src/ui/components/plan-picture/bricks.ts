import type { StageFigures } from '../../../plan/figures.ts';
import type { Span } from '../../layout/spans.ts';
import type { Color } from '../../theme/colors.ts';
import type { Theme } from '../../theme/theme.ts';

/** How layers are stacked in a column, the same in all columns so that they compare. */
export interface BrickShape {
  /** Layers a brick stands for: 1, unless there is no room for that many bricks. */
  layers: number;
  /** Bricks beside each other. */
  across: number;
  /** Columns of a brick; one more is left blank beside it. */
  width: number;
  /** Rows of a brick. */
  height: number;
  /** Bricks that can lie upon each other. */
  stacked: number;
}

/** Bricks in a row that can be counted at a glance, worth being somewhat smaller for. */
const handful = 5;
const worth = 2;
const widest = 8;
const highest = 3;

/**
 * Bricks as large as they can be.
 *
 * @param most layers of the largest stage
 * @param spread layers that one stage may come to hold without the shape having to change
 */
export function shapeBricks(most: number, spread: number, columns: number, rows: number): BrickShape {
  const wanted = Math.max(most, spread);
  const counts = Array.from({ length: Math.max(1, Math.floor((columns + 1) / 2)) }, (_, index) => index + 1);
  const shapes = counts.map((across) => shapeRow(across, wanted, columns, rows));
  const whole = shapes.filter((shape) => shape.layers === 1);
  const least = shapeRow(counts.at(-1)!, most, columns, rows);
  return whole.reduce((best, shape) => (appeal(shape) > appeal(best) ? shape : best), whole[0] ?? least);
}

function shapeRow(across: number, wanted: number, columns: number, rows: number): BrickShape {
  const layers = Math.ceil(wanted / (across * rows));
  const stacked = Math.ceil(Math.ceil(wanted / layers) / across);
  const width = Math.min(widest, Math.floor((columns + 1) / across) - 1);
  // A cell is twice as high as it is wide.
  const height = Math.max(1, Math.min(highest, Math.floor(rows / stacked), Math.floor((width + 2) / 3)));
  return { layers, across, width, height, stacked };
}

const appeal = ({ across, width, height }: BrickShape) =>
  width * height * (across % handful === 0 ? worth : 1);

/** A stage's layers, the first at the bottom left as a model is drawn, in rows from the top. What is trained is a higher brick. */
export function layBricks(
  { from, to, trained }: Pick<StageFigures, 'from' | 'to' | 'trained'>,
  { layers, across, width, height, stacked }: BrickShape,
  { colors, glyphs: { layer } }: Pick<Theme, 'colors' | 'glyphs'>,
  color: Color,
): Span[][] {
  const bricks = Math.ceil((to - from) / layers);
  const frozen = trained === null ? 0 : Math.floor((to - from - trained) / layers);
  return Array.from({ length: stacked * height }, (_, row) => {
    const isUpper = row % height === 0;
    const below = (stacked - 1 - Math.floor(row / height)) * across;
    const here = Math.max(0, Math.min(across, bricks - below));
    const frozenHere = Math.max(0, Math.min(here, frozen - below));
    const run = (count: number, upper: string, paint: Color): Span => ({
      text: `${(isUpper ? upper : layer.below).repeat(width)} `.repeat(count),
      color: paint,
    });
    return [
      run(frozenHere, height === 1 ? layer.frozen : ' ', colors.muted),
      run(here - frozenHere, layer.trained, color),
    ];
  });
}
