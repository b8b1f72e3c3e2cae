import type { DataSummary } from '../dataset/schema.ts';

/** Rows are padded to a multiple of this: tensor cores want it (as `ft_trainer/batches.py` does). */
const LENGTH_MULTIPLE = 8;

/** How long the rows of a run are, in tokens. */
export interface RowLengths {
  /** Longest row after truncation, padded: what memory must be planned for. */
  longest: number;
  /** Padded row length of a usual step, whose rows all take the length of its longest: what time is spent on. */
  padded: number;
  /** Mean of a row without padding: what tokens/s counts. */
  mean: number;
  /** Mean tokens of a row that carry loss and so reach the vocabulary head. */
  learned: number;
}

/**
 * Row lengths at a cut-off.
 *
 * @param data null takes every row at the cut-off
 * @param rowsPerStep samples whose longest decides the padding
 */
export function rowLengths(data: DataSummary | null, cutoff: number, rowsPerStep: number): RowLengths {
  if (data === null || data.rows === 0) {
    return { longest: padTo(cutoff), padded: padTo(cutoff), mean: cutoff, learned: cutoff };
  }
  const longest = Math.min(data.tokens.longest, cutoff);
  const mean = meanLength(data, cutoff);
  return {
    longest: padTo(longest),
    padded: padTo(Math.min(longest, expectedLongest(data, cutoff, rowsPerStep))),
    mean,
    learned: Math.min(mean, data.targetTokens / data.rows),
  };
}

/** Steps whose rows are sorted together, at most a quarter of all (`_POOL_STEPS` and `_LEAST_POOLS` of `ft_trainer/batches.py`). */
const POOL_STEPS = 50;
const LEAST_POOLS = 4;

/** As `rowLengths`, where rows of similar length share a step: the steps of a pool divide its lengths among them. */
export function groupedRowLengths(data: DataSummary | null, cutoff: number, rowsPerStep: number): RowLengths {
  const lengths = rowLengths(data, cutoff, rowsPerStep);
  const rows = data?.rows ?? 0;
  const steps = Math.max(1, Math.min(POOL_STEPS, Math.floor(rows / (LEAST_POOLS * rowsPerStep))));
  let sum = 0;
  for (let step = 1; step <= steps; step++) sum += padTo(sampleLength(data, cutoff, step / steps));
  return { ...lengths, padded: Math.min(lengths.padded, padTo(sum / steps)) };
}

/** The length below which a share of the samples (0 to 1) lies, truncated; a bin counts as evenly filled. */
export function sampleLength(data: DataSummary | null, cutoff: number, share: number): number {
  if (data === null || data.rows === 0) return cutoff;
  let seen = 0;
  let below = 0;
  for (const { upTo, rows } of data.tokens.histogram) {
    if (seen + rows >= share * data.rows && rows > 0) {
      const length = Math.ceil(below + ((upTo - below) * (share * data.rows - seen)) / rows);
      return Math.max(1, Math.min(cutoff, data.tokens.longest, length));
    }
    seen += rows;
    below = upTo;
  }
  return Math.min(cutoff, data.tokens.longest);
}

/** Whether every row has the same length after truncation, so that steps do not differ in shape. */
export function areOfOneLength(data: DataSummary | null, cutoff: number): boolean {
  if (data === null || data.rows === 0) return true;
  return meanLength(data, cutoff) === Math.min(data.tokens.longest, cutoff);
}

/** Rows that lose their end at a cut-off; exact at the data's own, from the histogram elsewhere. */
export function truncatedRows(data: DataSummary, cutoff: number): number {
  if (cutoff === data.cutoffLength) return data.tokens.truncatedRows;
  return data.tokens.histogram.filter((bin) => bin.upTo > cutoff).reduce((sum, bin) => sum + bin.rows, 0);
}

function padTo(tokens: number): number {
  return Math.ceil(tokens / LENGTH_MULTIPLE) * LENGTH_MULTIPLE;
}

/** Mean of the truncated lengths; a bin counts as its middle once a cut-off intervenes. */
function meanLength(data: DataSummary, cutoff: number): number {
  if (truncatedRows(data, cutoff) === 0) return data.tokens.total / data.rows;
  let sum = 0;
  let below = 0;
  for (const { upTo, rows } of data.tokens.histogram) {
    sum += rows * Math.min(cutoff, (below + upTo) / 2);
    below = upTo;
  }
  return sum / data.rows;
}

/** Expected maximum of `draws` lengths: the maximum lies in bins up to b with probability F(b)^draws. */
function expectedLongest(data: DataSummary, cutoff: number, draws: number): number {
  let expected = 0;
  let seen = 0;
  let before = 0;
  for (const { upTo, rows } of data.tokens.histogram) {
    seen += rows;
    const upToHere = (seen / data.rows) ** draws;
    expected += Math.min(cutoff, upTo) * (upToHere - before);
    before = upToHere;
  }
  return expected;
}
