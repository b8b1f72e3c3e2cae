/** What advice can be about, most pressing first, with what its sentence needs to say. */
export interface AdviceFacts {
  /** The loss is not a number: nothing is learned any more. */
  lossNotFinite: { steps: number };
  /** Neither supervisor nor trainer tells anything. */
  noHeartbeat: { seconds: number };
  /** The trainer lives and no step comes. */
  stalled: { seconds: number; usualSeconds: number };
  diskFull: { freeBytes: number; checkpointBytes: number };
  /** Lowest so far, and now. */
  diverging: { lowest: number; now: number };
  manySkipped: { skipped: number; of: number };
  cardHot: { card: number; celsius: number };
  throttling: { card: number; clockMHz: number; topClockMHz: number };
  memoryAbovePlan: { rank: number; bytes: number; predictedBytes: number; capacityBytes: number };
  unsupervised: Record<never, never>;
  /** `split` is null where no better one can be named. */
  unevenStages: { stage: number; percent: number; split: string | null; gainPercent: number };
  waiting: { percent: number; microBatches: number; microBatchSize: number };
  slowing: { now: number; before: number };
  checkpointOld: { seconds: number };
}

export type AdviceCode = keyof AdviceFacts;

export type Severity = 'bad' | 'warn';

/** One thing that is off, as the screen words it. */
export type Advice = {
  [C in AdviceCode]: { code: C; severity: Severity; facts: AdviceFacts[C] };
}[AdviceCode];
