import { type Cell, lineOf, writeCells } from './cells.ts';

/** So many cells that stay are written once more where they stand between two that change: going around them takes as much. */
const notWorthJumping = 6;

/**
 * What turns a row of the screen into the next: only what differs is written. Ink's own `build/line-update.js` writes a row anew from the first
 * difference on, so that a figure in a pane at the left rewrites all that stands to the right of it.
 *
 * @param columns of the terminal; where it cannot tell, the whole row is written
 */
export default function lineUpdate(previous: string, next: string, columns: number | undefined): string {
  const whole = `\x1b[G\x1b[K${next}`;
  const [from, to] = [lineOf(previous), lineOf(next)];
  // What the terminal cuts or puts elsewhere cannot be found again by its column.
  if (!columns || Math.max(from.width, to.width) > columns || !from.sure || !to.sure) return whole;
  let text = '';
  for (const { column, start, end } of findChanges(from.cells, to.cells)) {
    text += `\x1b[${column + 1}G${writeCells(to.cells.slice(start, end))}`;
  }
  if (to.width < from.width) text += `\x1b[${to.width + 1}G\x1b[K`;
  return text.length < whole.length ? text : whole;
}

/** Cells `start` up to `end` of the new row, the first of them in `column`. */
interface Change {
  column: number;
  start: number;
  end: number;
}

function findChanges(from: readonly Cell[], to: readonly Cell[]): Change[] {
  const changes: Change[] = [];
  let [at, fromColumn, toColumn] = [0, 0, 0];
  for (const [index, cell] of to.entries()) {
    const old = from[at];
    const stays = old && fromColumn === toColumn && old.value === cell.value && old.style === cell.style;
    const last = changes.at(-1);
    if (!stays) {
      if (last && index - last.end <= notWorthJumping) last.end = index + 1;
      else changes.push({ column: toColumn, start: index, end: index + 1 });
    }
    toColumn += cell.width;
    for (; at < from.length && fromColumn < toColumn; at += 1) fromColumn += from[at]!.width;
  }
  return changes;
}
