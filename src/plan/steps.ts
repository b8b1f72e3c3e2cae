/** What the number of optimizer steps depends on; all but `rows` straight from the recipe. */
export interface Duration {
  /** Usable rows of the dataset. */
  rows: number;
  batchSize: number;
  epochs: number;
  maxSteps?: number | null | undefined;
  evalRatio: number;
}

/** Rows left for training once the evaluation share is held out; both sides keep at least one. */
export function trainingRows(rows: number, evalRatio: number): number {
  if (evalRatio === 0 || rows < 2) return rows;
  return rows - Math.min(rows - 1, Math.max(1, roundHalfToEven(rows * evalRatio)));
}

/** Optimizer steps of one pass over the training rows; the last may hold fewer samples. */
export function stepsPerEpoch(duration: Duration): number {
  return Math.ceil(trainingRows(duration.rows, duration.evalRatio) / duration.batchSize);
}

/** Optimizer steps of a whole run, the same number as `total_steps` in `ft_trainer/batches.py`. */
export function totalSteps(duration: Duration): number {
  return duration.maxSteps ?? Math.max(1, Math.ceil(stepsPerEpoch(duration) * duration.epochs));
}

/** Python's `round`, so that both sides hold out the same rows. */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
