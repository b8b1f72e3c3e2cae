import type { SplitFigures, StageFigures } from '../../../plan/figures.ts';
import { tableUnit } from '../../../units.ts';
import { fitSpans, type Span, spansWidth } from '../../layout/spans.ts';
import { fitText, widthOf } from '../../layout/text.ts';
import type { Theme } from '../../theme/theme.ts';
import { layBricks } from './bricks.ts';
import * as cells from './cells.ts';
import type { Geometry } from './geometry.ts';
import { colorOf, nameFor, numberOf } from './names.ts';

/** What a picture of a plan says, in every language. Numbers that come as text are already written as people read them. */
export interface PictureWords {
  layers: (count: number) => string;
  trained: (count: number) => string;
  of: (capacity: string) => string;
  missing: (bytes: string) => string;
  slowest: string;
  /** What the rows are. */
  labels: {
    layers: string;
    memory: string;
    needed: (unit: string) => string;
    free: (unit: string) => string;
    busy: string;
    seconds: string;
    milliseconds: string;
  };
}

export interface Picture {
  figures: SplitFigures;
  words: PictureWords;
  theme: Pick<Theme, 'colors' | 'glyphs'>;
  /** The boundary that can be moved: it is on the right of this stage. */
  boundary: number | null;
}

/** A row: what it is called, and what it says of a stage. */
interface PictureRow {
  label: string;
  cell: (stage: StageFigures, style: cells.CellStyle, index: number) => readonly Span[];
}

/** Columns that the labels of a picture take. */
export function labelColumns(picture: Picture): number {
  return 2 + Math.max(...Object.values(labelsOf(picture)).map(widthOf));
}

/** Columns that the longest name takes in an edge. */
export function nameColumns({ figures: { stages } }: Picture): number {
  return Math.max(...stages.map((stage, index) => widthOf(title(stage, index, true))));
}

/** A plan as a picture: cards as columns, their layers as bricks, memory and time as bars. */
export function drawPicture(picture: Picture, geometry: Geometry): Span[][] {
  const { colors, glyphs } = picture.theme;
  const { border, column, boundary } = glyphs;
  const corners = [border.topLeft, border.topRight, border.bottomLeft, border.bottomRight];
  return [
    edge(picture, geometry, [corners[0]!, column.top, boundary.top, corners[1]!], true),
    ...pictureRows(picture, geometry).map((row) => contentRow(picture, geometry, row)),
    edge(picture, geometry, [corners[2]!, column.bottom, boundary.bottom, corners[3]!], false),
  ].map((row) => row.map((span) => ({ color: colors.text, ...span })));
}

function pictureRows(picture: Picture, geometry: Geometry): PictureRow[] {
  const { nameRow, rangeRow, bricks, gaps, inner, pad } = geometry;
  const labels = labelsOf(picture);
  const blank: PictureRow = { label: '', cell: () => [] };
  const courses = Array.from(
    { length: bricks.stacked * bricks.height },
    (_, row): PictureRow => ({
      label: '',
      cell: (stage, { theme, color }) => layBricks(stage, bricks, theme, color)[row]!,
    }),
  );
  const name: PictureRow = {
    label: '',
    cell: ({ cards }, { color }) => [{ text: nameFor(cards, inner - 2 * pad), color, bold: true }],
  };
  return [
    ...(nameRow ? [name] : []),
    { label: labels.layers, cell: rangeRow ? cells.countCell : countAndRange },
    ...(rangeRow ? [{ label: '', cell: cells.rangeCell }] : []),
    ...(gaps[2] ? [blank] : []),
    ...courses,
    ...(gaps[0] ? [blank] : []),
    { label: labels.memory, cell: cells.memoryCell },
    { label: labels.needed, cell: cells.neededCell },
    { label: labels.free, cell: cells.freeCell },
    ...(gaps[1] ? [blank] : []),
    { label: labels.busy, cell: cells.busyCell },
    { label: labels.time, cell: cells.secondsCell },
  ];
}

/** Both in one row; which layers gives way. */
function countAndRange(stage: StageFigures, style: cells.CellStyle): Span[] {
  const count = cells.countCell(stage, style);
  const range = cells.rangeCell(stage, style);
  const left = style.width - spansWidth(range);
  return spansWidth(count) < left ? [...fitSpans(count, left), ...range] : count;
}

function contentRow(picture: Picture, geometry: Geometry, { label, cell }: PictureRow): Span[] {
  const { figures, theme, words, boundary } = picture;
  const { colors, glyphs } = theme;
  const { inner, pad, shown } = geometry;
  const units = unitsOf(figures);
  const blanks = ' '.repeat(pad);
  const stages = figures.stages.slice(...shown).flatMap((stage, place): Span[] => {
    const index = shown[0] + place;
    const color = colorOf(stage.cards, index, colors.series);
    const width = inner - 2 * pad;
    const content = cell(stage, { theme, words, width, color, ...units }, index);
    const line: Span =
      index === boundary
        ? { text: glyphs.boundary.line, color: colors.accent, bold: true }
        : { text: glyphs.column.line, color: colors.border };
    return [{ text: blanks }, ...fitSpans(content, width), { text: blanks }, line];
  });
  return [
    { text: fitText(` ${label}`, geometry.label), color: colors.muted },
    { text: glyphs.column.line, color: colors.border },
    ...stages,
  ];
}

/** An edge of the frame; in the upper one are the numbers of the cards, and their names where there is room. */
function edge(
  { figures, theme: { colors, glyphs }, boundary }: Picture,
  { label, inner, shown, nameRow }: Geometry,
  [first, between, movable, last]: [string, string, string, string],
  titled: boolean,
): Span[] {
  const border = { color: colors.border };
  const columns = figures.stages.slice(...shown).flatMap((stage, place): Span[] => {
    const index = shown[0] + place;
    const color = colorOf(stage.cards, index, colors.series);
    const text = titled ? ` ${title(stage, index, !nameRow)} ` : '';
    const isLast = index === shown[1] - 1;
    const end: Span =
      index === boundary && !isLast
        ? { text: movable, color: colors.accent, bold: true }
        : { text: isLast ? last : between, ...border };
    return [
      { text: glyphs.border.top.repeat(text === '' ? 0 : 1), ...border },
      { text, color, bold: true },
      { text: glyphs.border.top.repeat(inner - widthOf(text) - (text === '' ? 0 : 1)), ...border },
      end,
    ];
  });
  return [{ text: ' '.repeat(label) }, { text: first, ...border }, ...columns];
}

/** `0 RTX 3090`, or the number alone. */
function title({ cards }: StageFigures, index: number, named: boolean): string {
  const number = numberOf(cards, index);
  return named ? `${number} ${nameFor(cards, Number.POSITIVE_INFINITY)}` : number;
}

/** One unit for all figures of a kind, so that columns compare. */
function unitsOf({ stages }: SplitFigures): { bytes: number; seconds: number } {
  const longest = Math.max(...stages.map(({ busySeconds }) => busySeconds));
  return { bytes: unitOf(stages).bytes, seconds: longest < 1 ? 1e-3 : 1 };
}

const unitOf = (stages: readonly StageFigures[]) =>
  tableUnit(
    Math.max(...stages.flatMap(({ predictedBytes, capacityBytes }) => [predictedBytes, capacityBytes])),
  );

function labelsOf({ figures, words: { labels } }: Picture) {
  const unit = unitOf(figures.stages).name;
  return {
    layers: labels.layers,
    memory: labels.memory,
    needed: labels.needed(unit),
    free: labels.free(unit),
    busy: labels.busy,
    time: unitsOf(figures).seconds < 1 ? labels.milliseconds : labels.seconds,
  };
}
