/** What happened between two steps, of one figure. */
export interface Bucket {
  /** First step of the bucket. */
  step: number;
  count: number;
  sum: number;
  low: number;
  high: number;
  last: number;
}

/** A figure over the whole run in a bounded number of buckets, each of the same number of steps: it only ever gets coarser. */
export interface History {
  /** Steps a bucket, a power of two. */
  width: number;
  buckets: readonly Bucket[];
}

/** Twice the dots that the widest chart draws: a million steps fit into this as well as a hundred do. */
export const historyCapacity = 512;

export const emptyHistory: History = { width: 1, buckets: [] };

/**
 * The history with more values, each at or after the step before. Null says nothing and leaves a gap. When the buckets run out,
 * neighbours are merged, which keeps lowest and highest: no spike is lost.
 */
export function extend(
  history: History,
  values: readonly (readonly [step: number, value: number | null])[],
  capacity = historyCapacity,
): History {
  let { width } = history;
  let buckets = [...history.buckets];
  for (const [step, value] of values) {
    if (value === null || !Number.isFinite(value)) continue;
    const start = Math.floor(step / width) * width;
    const last = buckets.at(-1);
    const added = { step: start, count: 1, sum: value, low: value, high: value, last: value };
    if (last?.step === start) buckets[buckets.length - 1] = merge(last, added);
    else buckets.push(added);
    if (buckets.length > capacity) {
      width *= 2;
      buckets = coarsen(buckets, width);
    }
  }
  return { width, buckets };
}

/** Forgets what a resumed run does again: everything from `step` on. */
export function forgetFrom(history: History, step: number): History {
  return { ...history, buckets: history.buckets.filter((bucket) => bucket.step < step) };
}

/** Mean of a bucket. */
export const meanOf = ({ sum, count }: Bucket): number => sum / count;

/** Mean over the buckets from `first` up to `end` (steps); null where there are none. */
export function meanBetween({ buckets }: History, first: number, end: number): number | null {
  const chosen = buckets.filter(({ step }) => step >= first && step < end);
  const count = chosen.reduce((total, bucket) => total + bucket.count, 0);
  return count === 0 ? null : chosen.reduce((total, bucket) => total + bucket.sum, 0) / count;
}

function coarsen(buckets: readonly Bucket[], width: number): Bucket[] {
  const coarse: Bucket[] = [];
  for (const bucket of buckets) {
    const step = Math.floor(bucket.step / width) * width;
    const last = coarse.at(-1);
    if (last?.step === step) coarse[coarse.length - 1] = merge(last, bucket);
    else coarse.push({ ...bucket, step });
  }
  return coarse;
}

function merge(a: Bucket, b: Bucket): Bucket {
  return {
    step: a.step,
    count: a.count + b.count,
    sum: a.sum + b.sum,
    low: Math.min(a.low, b.low),
    high: Math.max(a.high, b.high),
    last: b.last,
  };
}
