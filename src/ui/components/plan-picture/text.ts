import type { SplitFigures } from '../../../plan/figures.ts';
import { paintSpans } from '../../layout/spans.ts';
import { catalogueFor, type Language } from '../../strings/catalogue.ts';
import { colorDepth, limitInk } from '../../theme/color-depth.ts';
import { backgroundOf, colorsFor } from '../../theme/colors.ts';
import { glyphsFor } from '../../theme/glyphs.ts';
import { measure, pages } from './geometry.ts';
import { drawPicture, labelColumns, nameColumns } from './picture.ts';

/** Rows of a picture that is one part of a longer text. */
const mostRows = 18;

/** Below these columns a picture says less than a table. */
export const leastColumns = 60;

/**
 * A plan as a picture for a terminal that nothing else is drawn on: lines to be written one below the other. More cards than there is room
 * for come in several pictures.
 */
export function pictureText(
  figures: SplitFigures,
  columns: number,
  language: Language,
  env: NodeJS.ProcessEnv,
): string {
  const depth = colorDepth(env, true);
  limitInk(depth, env.TERM === 'dumb');
  const theme = { colors: colorsFor(depth, backgroundOf(env)), glyphs: glyphsFor(env) };
  const picture = { figures, words: catalogueFor(language).split.picture, theme, boundary: null };
  const room = {
    width: columns,
    rows: mostRows,
    label: labelColumns(picture),
    name: nameColumns(picture),
    slack: 0,
  };
  return pages(figures.stages.length, room)
    .map((shown) => drawPicture(picture, measure(figures, { ...room, shown })))
    .map((rows) => rows.map((row) => paintSpans(row).trimEnd()).join('\n'))
    .join('\n');
}
