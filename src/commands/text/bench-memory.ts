import { formatBytes } from '../../units.ts';
import { type Comparison, judge } from '../bench/memory/compare.ts';
import type { Paint } from './paint.ts';
import { type Align, formatTable, indent } from './table.ts';

/** What memory was predicted and what was held, rank by rank, and how far apart they are in each half. */
export function formatMemory(comparisons: readonly Comparison[], paint: Paint): string {
  if (comparisons.length === 0) return 'Nothing was measured.';
  const header = ['configuration', 'half', 'rank', 'predicted', 'held', 'of it outside', 'error'];
  const align: Align[] = ['left', 'left', 'right', 'right', 'right', 'right', 'right'];
  const lines = comparisons.map((each) => [
    each.name,
    each.half,
    String(each.rank),
    formatBytes(each.predictedBytes),
    `${each.ranOutOfMemory ? '>' : ''}${formatBytes(each.measuredBytes)}`,
    each.outsideBytes === null ? 'unknown' : formatBytes(each.outsideBytes),
    formatError(each.error),
  ]);
  const notes = [
    comparisons.some(({ of }) => of === 'allocator') &&
      "Where the driver does not tell what lies outside the allocator's memory, that memory alone is compared.",
    comparisons.some(({ ranOutOfMemory }) => ranOutOfMemory) && '> memory ran out: it would have taken more.',
  ].filter((note) => note !== false);
  const halves = (['fit', 'held-out'] as const).flatMap((half) => {
    const verdict = judge(comparisons.filter((each) => each.half === half));
    if (verdict === null) return [];
    const { ranks, median, worst, mostBelow } = verdict;
    const below = `at most ${percent(mostBelow)} below what was held`;
    return [`${half}: ${ranks} ranks, median error ${percent(median)}, worst ${percent(worst)}, ${below}`];
  });
  return [indent(formatTable(header, lines, align, paint)), ...notes, ...halves].join('\n');
}

/** One rank, for the line that tells how it goes. */
export function formatComparison({ rank, predictedBytes, measuredBytes, error }: Comparison): string {
  return `rank ${rank} held ${formatBytes(measuredBytes)}, predicted ${formatBytes(predictedBytes)} (${formatError(error)})`;
}

/** `+1.2 %`: more was predicted than held. */
export function formatError(error: number): string {
  return `${error < 0 ? '-' : '+'}${percent(Math.abs(error))}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
