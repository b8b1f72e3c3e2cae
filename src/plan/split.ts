import { type Cover, cheapestCover, isCoverable, leastSeconds, type SplitTables } from './cover.ts';

/** Step times that differ by less, relatively, are equal. */
const TOLERANCE = 1e-9;

/**
 * The contiguous split, and the order of unlike cards, with the least step time
 * `sum of stage times + others x slowest stage`, under every card's capacity. Exact. Of equally fast
 * splits it takes the one that leaves most room on the fullest card.
 *
 * @param others micro-batches after the first (M - 1); 0 also where one card works at a time, so that only the sum counts
 * @param scale factor on all capacities
 * @returns null if no split fits
 */
export function findSplit(tables: SplitTables, others: number, scale = 1): Cover | null {
  const fastest =
    others === 0
      ? cheapestCover(tables, { stage: Number.POSITIVE_INFINITY, sum: Number.POSITIVE_INFINITY, scale })
      : fastestPipeline(tables, others, scale);
  return fastest && roomiest(tables, fastest, others);
}

/**
 * For a bound B on the slowest stage let S(B) be the least sum (`cheapestCover`). S falls as B grows, so between two
 * bounds no split beats S(upper) + others x lower: halving the interval, over the stage times that can occur at all,
 * leaves little to look at.
 */
function fastestPipeline(tables: SplitTables, others: number, scale: number): Cover | null {
  let best: Cover | null = null;
  let bestCost = Number.POSITIVE_INFINITY;
  const bounds = stageTimes(tables);

  /** Least sum with all stages within a bound, if that makes a new best; else a sum that it cannot go below. */
  function improve(index: number, lower: number): number {
    const sum = bestCost - others * bounds[lower]!;
    const cover = cheapestCover(tables, { stage: bounds[index]!, sum, scale });
    if (cover === null) return sum;
    const cost = cover.seconds + others * cover.slowest;
    if (cost < bestCost) {
      best = cover;
      bestCost = cost;
    }
    return cover.seconds;
  }

  const tightest = firstIndex(bounds, (bound) => isCoverable(tables, bound, scale));
  if (tightest === bounds.length) return null;
  improve(tightest, tightest);
  const leastSum = leastSeconds(tables)[tables.layers]!;
  const hopeless = firstIndex(bounds, (bound) => leastSum + others * bound >= bestCost);
  // Bounds strictly between lower and upper are open; no cover within them has a smaller sum than leastSum.
  const intervals = [{ lower: tightest, upper: hopeless, leastSum }];
  for (let open = intervals.pop(); open !== undefined; open = intervals.pop()) {
    const { lower, upper } = open;
    if (upper - lower < 2 || open.leastSum + others * bounds[lower + 1]! >= bestCost) continue;
    const middle = (lower + upper) >> 1;
    const sum = improve(middle, lower + 1);
    intervals.push(
      { lower: middle, upper, leastSum: open.leastSum },
      { lower, upper: middle, leastSum: sum },
    );
  }
  return best;
}

/** Every time that a stage could take, ascending. */
function stageTimes({ layers, seconds }: SplitTables): Float64Array {
  const times = new Set<number>();
  for (const table of seconds) {
    for (let to = 1; to <= layers; to++) {
      for (let from = 0; from < to; from++) times.add(table[to * (layers + 1) + from]!);
    }
  }
  return Float64Array.from(times).sort();
}

/** Index of the first value for which a monotone condition holds; the length if there is none. */
function firstIndex(values: Float64Array, holds: (value: number) => boolean): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(values[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Shrinks all capacities alike for as long as the step takes no longer. */
function roomiest(tables: SplitTables, fastest: Cover, others: number): Cover {
  const stage = fastest.slowest * (1 + TOLERANCE);
  const sum = fastest.seconds + TOLERANCE * (fastest.seconds + others * fastest.slowest);
  let best = fastest;
  let enough = fullness(tables, fastest);
  let tooSmall = 0;
  while (enough - tooSmall > 1e-3) {
    const scale = (tooSmall + enough) / 2;
    const cover = isCoverable(tables, stage, scale) ? cheapestCover(tables, { stage, sum, scale }) : null;
    if (cover === null) {
      tooSmall = scale;
    } else {
      best = cover;
      enough = fullness(tables, cover);
    }
  }
  return best;
}

/** The largest share of its capacity that any stage needs. */
function fullness({ layers, bytes, capacities }: SplitTables, { stages }: Cover): number {
  const shares = stages.map(({ group, from, to }, index) => {
    const needed = bytes[stages.length - 1 - index]![to * (layers + 1) + from]!;
    return needed / capacities[group]!;
  });
  return Math.max(...shares);
}

/**
 * The factor by which all cards would have to be larger for any split to fit, to within 0.1 %; with it `findSplit` draws
 * the least bad plan where none fits.
 */
export function shortageFactor(tables: SplitTables): number {
  const fits = (scale: number) => hasSplit(tables, scale);
  let enough = 1;
  while (!fits(enough)) enough *= 2;
  let tooSmall = enough / 2;
  while (enough - tooSmall > 1e-3 * tooSmall) {
    const middle = (tooSmall + enough) / 2;
    if (fits(middle)) enough = middle;
    else tooSmall = middle;
  }
  return enough;
}

/** Whether there is any split at all under the capacities, times a factor: far less to ask than for the fastest. */
export function hasSplit(tables: SplitTables, scale: number): boolean {
  const unlimited = Number.POSITIVE_INFINITY;
  if (!isCoverable(tables, unlimited, scale)) return false;
  // With any number of stages, what reaches the front is a split.
  if (tables.stages === null) return true;
  return cheapestCover(tables, { stage: unlimited, sum: unlimited, scale }) !== null;
}
