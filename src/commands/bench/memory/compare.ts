import type { Breakdown } from '../../../plan/schema.ts';
import { median } from '../measure.ts';
import { decisionsOf, type MemoryRecord } from './record.ts';
import { planInputOf, planWithRoom } from './training.ts';

/** A rank's prediction beside what was measured. */
export interface Comparison {
  name: string;
  half: 'fit' | 'held-out';
  rank: number;
  ranOutOfMemory: boolean;
  breakdown: Breakdown;
  reservedBytes: number;
  outsideBytes: number | null;
  /** What is compared: all that the card holds for the process, or the allocator's part where nobody tells the rest. */
  of: 'device' | 'allocator';
  predictedBytes: number;
  /** Where memory ran out, what it would have taken at least. */
  measuredBytes: number;
  /** predicted / measured - 1: below zero where more was held than was predicted. */
  error: number;
}

/**
 * Plans a measured training again, with the formulas of today, and compares.
 *
 * @throws Error where the plan decides otherwise than when this was measured: then it has to be measured anew
 */
export function compare(record: MemoryRecord): Comparison[] {
  const { configuration, decided, data, ranks, ranOutOfMemory } = record;
  const { name, half } = configuration;
  const plan = planWithRoom(planInputOf(configuration, record, data));
  const today = JSON.stringify(decisionsOf(plan));
  if (today !== JSON.stringify(decided)) {
    throw new Error(
      `${name} was measured as ${JSON.stringify(decided)} and would now be trained as ${today}`,
    );
  }
  return ranks.map(({ rank, stage, reservedBytes, outsideBytes }) => {
    const { breakdown, predictedBytes: total } = plan.stages[stage]!;
    const isWhole = outsideBytes !== null;
    const predictedBytes = isWhole ? total : total - breakdown.context - breakdown.communicator;
    const measuredBytes = reservedBytes + (outsideBytes ?? 0);
    return {
      ...{ name, half, rank, ranOutOfMemory, breakdown, reservedBytes, outsideBytes },
      of: isWhole ? 'device' : 'allocator',
      predictedBytes,
      measuredBytes,
      error: predictedBytes / measuredBytes - 1,
    };
  });
}

/** How well a set of predictions did. */
export interface Verdict {
  ranks: number;
  /** Of the errors without their sign. */
  median: number;
  worst: number;
  /** The largest part by which more was held than was predicted; 0 where there is none. */
  mostBelow: number;
}

/** null where there is nothing to judge. */
export function judge(comparisons: readonly Comparison[]): Verdict | null {
  if (comparisons.length === 0) return null;
  const sizes = comparisons.map(({ error }) => Math.abs(error));
  return {
    ranks: sizes.length,
    median: median(sizes),
    worst: Math.max(...sizes),
    mostBelow: Math.max(0, ...comparisons.map(({ error }) => -error)),
  };
}
