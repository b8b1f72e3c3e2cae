import type { Glyphs } from '../theme/glyphs.ts';

/** What a piece of a bar stands for. */
export type BarPart = 'used' | 'over' | 'free' | 'mark' | 'limit';

export interface BarShape {
  /** Same unit as `capacity`; negative counts as 0. */
  value: number;
  capacity: number;
  /** A value worth a mark on the bar, e.g. what was predicted. */
  mark?: number | undefined;
  /** Columns. */
  width: number;
}

/**
 * A bar as pieces that are `width` columns together. One that is over-full shows where the capacity ends and, in another sign, what is
 * beyond.
 */
export function layoutBar(
  { value, capacity, mark, width }: BarShape,
  glyphs: Glyphs['bar'],
): { part: BarPart; text: string }[] {
  const columns = Math.max(0, Math.floor(width));
  const over = value > capacity;
  const scale = Math.max(over ? value : capacity, Number.MIN_VALUE);
  const exact = (Math.max(0, value) / scale) * columns;
  const cells: { part: BarPart; text: string }[] = Array.from({ length: columns }, (_, column) => {
    if (column + 1 <= exact) return { part: 'used', text: glyphs.full };
    const eighth = Math.floor((exact - column) * (glyphs.partial.length + 1));
    const piece = column < exact ? glyphs.partial[eighth - 1] : undefined;
    return piece ? { part: 'used', text: piece } : { part: 'free', text: glyphs.empty };
  });

  if (over) {
    const limit = Math.min(columns - 1, Math.floor((Math.max(0, capacity) / scale) * columns));
    for (let column = limit; column < columns; column += 1)
      cells[column] = { part: 'over', text: glyphs.over };
    if (columns > 1) cells[limit] = { part: 'limit', text: glyphs.limit };
  }
  if (mark !== undefined && columns > 0 && mark >= 0) {
    const column = Math.min(columns - 1, Math.floor((mark / scale) * columns));
    cells[column] = { part: 'mark', text: glyphs.mark };
  }
  return joinPieces(cells);
}

function joinPieces(cells: { part: BarPart; text: string }[]) {
  const pieces: typeof cells = [];
  for (const cell of cells) {
    const last = pieces.at(-1);
    if (last?.part === cell.part) last.text += cell.text;
    else pieces.push({ ...cell });
  }
  return pieces;
}

/** `87%`; what is too much never reads as full, and what is nearly full never as 100%. */
export function formatPercent(value: number, capacity: number): string {
  if (capacity <= 0) return value > 0 ? '>100%' : '0%';
  const percent = (value / capacity) * 100;
  if (value > capacity) return `${Math.max(101, Math.round(percent))}%`;
  return `${value < capacity ? Math.min(99, Math.round(percent)) : 100}%`;
}
