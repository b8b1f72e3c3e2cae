import type { SplitFigures, StageFigures } from '../../../plan/figures.ts';
import { type BrickShape, shapeBricks } from './bricks.ts';

/** Where everything in a picture is. Columns and rows are those of the screen. */
export interface Geometry {
  /** Columns of the labels on the left, with a blank at both ends. */
  label: number;
  /** Columns between two lines, and the blanks in them on each side. */
  inner: number;
  pad: number;
  /** The stages that are shown, half-open; the others are off the screen. */
  shown: readonly [number, number];
  /** A row of its own for the card's name, where the edge has no room for it; another for which layers it has. */
  nameRow: boolean;
  rangeRow: boolean;
  bricks: BrickShape;
  /** Blank rows: below the bricks, between memory and time, above the bricks. */
  gaps: readonly [boolean, boolean, boolean];
  /** Rows in all. */
  rows: number;
}

export interface Room {
  width: number;
  /** At most; the picture may take less, and more where there is too little. */
  rows: number;
  label: number;
  /** Columns the longest name takes in the edge. */
  name: number;
  /** The stages to show, half-open. */
  shown: readonly [number, number];
  /** How many times its fair share of layers a stage may come to hold without the bricks changing shape; 0 where nothing moves. */
  slack: number;
}

const leastInner = 5;
const mostInner = 140;
/** From here on a column has blanks beside its content. */
const leastPadded = 7;
/** From here on how many layers and which are in one row. */
const leastJoined = 18;
/** Rows of bars and figures: memory, needed, free; busy, seconds. */
const figureRows = 5;
const edges = 2;

/** Lays out a picture of `stages` in a room. */
export function measure({ stages }: Pick<SplitFigures, 'stages'>, room: Room): Geometry {
  const { shown } = room;
  const inner = Math.min(mostInner, Math.floor((room.width - room.label - 1) / (shown[1] - shown[0])) - 1);
  const pad = inner >= leastPadded ? 1 : 0;
  const nameRow = room.name + 4 > inner;
  const rangeRow = inner < leastJoined;
  const heads = edges + Number(nameRow) + 1 + Number(rangeRow);

  const layers = stages.reduce((sum, stage) => sum + layersOf(stage), 0);
  const most = Math.max(...stages.map(layersOf));
  const spread = Math.min(layers - stages.length + 1, Math.ceil((room.slack * layers) / stages.length));
  const left = room.rows - heads - figureRows;
  const shapeIn = (rows: number) => shapeBricks(most, spread, inner - 2 * pad, Math.max(2, rows));
  // Bricks upon the memory bar would look like one thing.
  const gaps = Math.max(1, Math.min(3, left - shapeIn(left - 1).stacked));
  const bricks = shapeIn(left - gaps);
  return {
    label: room.label,
    inner,
    pad,
    shown,
    nameRow,
    rangeRow,
    bricks,
    gaps: [gaps > 0, gaps > 1, gaps > 2],
    rows: heads + bricks.stacked * bricks.height + figureRows + gaps,
  };
}

/** Columns of the whole picture. */
export function pictureColumns({ label, inner, shown: [first, end] }: Geometry): number {
  return label + 1 + (end - first) * (inner + 1);
}

const layersOf = ({ from, to }: StageFigures) => to - from;
/** How many stages can be read beside each other. */
const fitting = ({ width, label }: Pick<Room, 'width' | 'label'>) =>
  Math.max(2, Math.floor((width - label - 1) / (leastInner + 1)));

/** As many stages as there is room for, half-open, with both sides of a boundary among them. */
export function shownAround(
  boundary: number,
  stages: number,
  room: Pick<Room, 'width' | 'label'>,
): [number, number] {
  const fit = fitting(room);
  if (stages <= fit) return [0, stages];
  const first = Math.max(0, Math.min(stages - fit, boundary + 1 - Math.floor(fit / 2)));
  return [first, first + fit];
}

/** All stages, half-open, as many at a time as there is room for. */
export function pages(stages: number, room: Pick<Room, 'width' | 'label'>): [number, number][] {
  const count = Math.ceil(stages / fitting(room));
  const each = Math.ceil(stages / count);
  return Array.from({ length: count }, (_, page) => [page * each, Math.min(stages, (page + 1) * each)]);
}
