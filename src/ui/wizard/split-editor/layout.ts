import type { StageFigures } from './figures.ts';

/** Narrowest column in which a card can be read. */
const leastColumn = 18;
const widestColumn = 34;
const gap = 1;

/** Whether cards stand beside each other, and how wide; else each has a row. */
export function arrangeCards(
  stages: number,
  width: number,
  height: number,
): { columns: number; blockRows: number } | null {
  const columns = Math.min(widestColumn, Math.floor((width - (stages - 1) * gap) / stages));
  // Edge, card's layers, bar, bytes, headroom, time, edge.
  const blockRows = Math.min(4, height - 7);
  return columns >= leastColumn && blockRows >= 1 ? { columns, blockRows } : null;
}

/** A run of signs that mean the same. */
export interface Blocks {
  trained: boolean;
  count: number;
}

/**
 * A stage's layers as rows of signs, frozen ones first. Where they are more than there is room for, a sign stands for several.
 *
 * @returns rows of runs, and how many layers a sign stands for
 */
export function layBlocks(
  { from, to, trained }: Pick<StageFigures, 'from' | 'to' | 'trained'>,
  width: number,
  rows: number,
  perBlock: number,
): Blocks[][] {
  const layers = to - from;
  const all = Math.max(1, Math.ceil(layers / perBlock));
  const lively = Math.ceil((trained ?? layers) / perBlock);
  const signs = Array.from({ length: Math.min(all, width * rows) }, (_, index) => index >= all - lively);
  const lines: Blocks[][] = [];
  for (let start = 0; start < signs.length; start += width) {
    const line: Blocks[] = [];
    for (const isTrained of signs.slice(start, start + width)) {
      const last = line.at(-1);
      if (last?.trained === isTrained) last.count += 1;
      else line.push({ trained: isTrained, count: 1 });
    }
    lines.push(line);
  }
  return lines;
}

/** How many layers a sign must stand for so that the largest stage fits, the same for all stages so that they compare. */
export function layersPerBlock(stages: readonly Pick<StageFigures, 'from' | 'to'>[], room: number): number {
  const largest = Math.max(...stages.map(({ from, to }) => to - from));
  return Math.max(1, Math.ceil(largest / Math.max(1, room)));
}
