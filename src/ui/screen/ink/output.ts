import { blank, type Cell, forgetOldLines, type Line, lineOf, plain, writeCells } from './cells.ts';

/** Edges in cells; `x2` and `y2` are beyond. An edge that is not given is not cut. */
interface Clip {
  x1?: number | undefined;
  x2?: number | undefined;
  y1?: number | undefined;
  y2?: number | undefined;
}

/** Changes a finished line. */
type Transformer = (line: string, index: number) => string;

/** A line on its way to a row of the frame. */
interface Placed {
  line: Line;
  x: number;
}

interface Row {
  placed: Placed[];
  text: string;
}

/** Rows of the last frame and their width: most of them are the same in the next. */
let last: { width: number; rows: Row[] } = { width: 0, rows: [] };

/**
 * What Ink draws a frame on: the same methods and the same result as its `build/output.js`, which reads every text of the screen into new objects,
 * several times, for every frame. Here a text is read once while it stays on the screen, and a row that stays as it is is not put together again.
 */
export default class Output {
  readonly #width: number;
  readonly #rows: Placed[][];
  readonly #clips: Clip[] = [];

  constructor({ width, height }: { width: number; height: number }) {
    this.#width = width;
    this.#rows = Array.from({ length: height }, () => []);
  }

  /** @param x and @param y of the upper left corner, cells; may be outside */
  write(
    x: number,
    y: number,
    text: string,
    { transformers }: { transformers: readonly Transformer[] },
  ): void {
    if (text === '') return;
    const clip = this.#clips.at(-1);
    if (clip && isEmpty(clip)) return;
    const lines = readLines(text);
    const cut = clip?.x1 !== undefined && clip.x2 !== undefined ? { x1: clip.x1, x2: clip.x2 } : null;
    if (cut) {
      const width = lines.reduce((widest, line) => Math.max(widest, line.width), 0);
      if (x + width < cut.x1 || x > cut.x2) return;
    }
    lines.forEach((line, index) => {
      const row = this.#rows[y + index];
      const hidden =
        clip?.y1 !== undefined && clip.y2 !== undefined && (y + index < clip.y1 || y + index >= clip.y2);
      if (!row || hidden) return;
      let shown = cut ? slice(line, Math.max(0, cut.x1 - x), cut.x2 - x) : line;
      if (transformers.length > 0) {
        const transformed = transformers.reduce(
          (text, transform) => transform(text, index),
          writeCells(shown.cells),
        );
        shown = lineOf(transformed);
      }
      if (shown.cells.length > 0) row.push({ line: shown, x: cut ? Math.max(x, cut.x1) : x });
    });
  }

  clip(clip: Clip): void {
    const outer = this.#clips.at(-1);
    this.#clips.push(outer ? intersect(outer, clip) : clip);
  }

  unclip(): void {
    this.#clips.pop();
  }

  get(): { output: string; height: number } {
    const same = last.width === this.#width;
    const rows = this.#rows.map((placed, y): Row => {
      const before = same ? last.rows[y] : undefined;
      return before && isSame(before.placed, placed)
        ? before
        : { placed, text: compose(placed, this.#width) };
    });
    last = { width: this.#width, rows };
    forgetOldLines();
    return { output: rows.map(({ text }) => text).join('\n'), height: rows.length };
  }
}

/** A look that is begun in a line goes on in the next. */
function readLines(text: string): Line[] {
  let begin = plain;
  return text.split('\n').map((piece) => {
    const line = lineOf(piece, begin);
    begin = line.end;
    return line;
  });
}

const isEmpty = ({ x1, x2, y1, y2 }: Clip): boolean =>
  (x1 !== undefined && x2 !== undefined && x1 >= x2) || (y1 !== undefined && y2 !== undefined && y1 >= y2);

function intersect(outer: Clip, inner: Clip): Clip {
  const tighter = (a: number | undefined, b: number | undefined, pick: (a: number, b: number) => number) =>
    a === undefined ? b : b === undefined ? a : pick(a, b);
  return {
    x1: tighter(outer.x1, inner.x1, Math.max),
    x2: tighter(outer.x2, inner.x2, Math.min),
    y1: tighter(outer.y1, inner.y1, Math.max),
    y2: tighter(outer.y2, inner.y2, Math.min),
  };
}

/** Columns `from` up to `to` of a line; of a wide character that is cut in two, a blank stays. */
function slice(line: Line, from: number, to: number): Line {
  if (from <= 0 && to >= line.width) return line;
  const cells: Cell[] = [];
  let column = 0;
  for (const cell of line.cells) {
    const start = column;
    column += cell.width;
    if (column <= from) continue;
    if (start >= to) break;
    cells.push(start < from || column > to ? { ...cell, value: ' ', width: 1 } : cell);
  }
  return { ...line, cells, width: Math.max(0, Math.min(line.width, to) - from) };
}

function isSame(a: readonly Placed[], b: readonly Placed[]): boolean {
  return a.length === b.length && a.every(({ line, x }, at) => b[at]!.line === line && b[at]!.x === x);
}

/** A row of the frame: what was placed later covers what was placed before. */
function compose(placed: readonly Placed[], width: number): string {
  const row: Cell[] = Array(width).fill(blank);
  const blankAt = (column: number) => {
    row[column] = { ...row[column]!, value: ' ', width: 1 };
  };
  for (const { line, x } of placed) {
    let column = x;
    // A wide character of which one half is covered cannot stay.
    if (row[column]?.value === '' && column > 0 && (row[column - 1]?.width ?? 0) > 1) blankAt(column - 1);
    for (const cell of line.cells) {
      row[column] = cell;
      for (let behind = 1; behind < cell.width; behind += 1) {
        // What is still in sight of a character that begins outside is a blank.
        row[column + behind] = { value: column < 0 ? ' ' : '', style: cell.style, width: 1 };
      }
      column += Math.max(1, cell.width);
    }
    if (row[column]?.value === '') blankAt(column);
  }
  return writeCells(row).trimEnd();
}
