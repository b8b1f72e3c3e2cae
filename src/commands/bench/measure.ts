import type { Plan, Schedule } from '../../plan/schema.ts';
import type { TrainerEvent } from '../../run/events.ts';

/** Steps in which memory is first allocated and kernels are chosen; they are not typical of a run. */
export const unsettledSteps = 2;

/** What a rank did in the settled steps. */
export interface MeasuredRank {
  rank: number;
  stage: number;
  /** The card, or CPU. */
  on: string;
  /** Half-open. */
  layers: [number, number];
  /** Part of the time in which it computed, 0 to 1. */
  busyShare: number;
  /** The most that the allocator reserved; of a CPU rank, the most that it held resident. */
  peakBytes: number;
  /**
   * What the plan predicts: with CUDA's context and communicators, which the allocator does not see. null for a CPU rank that
   * stands in for a card: what was predicted for the card is not what it holds.
   */
  predictedBytes: number | null;
}

/** Figures of one schedule. */
export interface Measured {
  schedule: Schedule;
  microBatches: number;
  microBatchSize: number;
  transport: Plan['transport'];
  checkpointing: Plan['checkpointing'];
  /** Medians of the settled steps. */
  tokensPerSecond: number;
  stepSeconds: number;
  predictedTokensPerSecond: number;
  /** Of every step; null where it overflowed. */
  losses: (number | null)[];
  ranks: MeasuredRank[];
}

/** Reads the figures of a finished run from its events. */
export function measure(plan: Plan, events: readonly TrainerEvent[]): Measured {
  const steps = events.filter((event) => event.type === 'step');
  const settled = steps.filter(({ step }) => step > unsettledSteps);
  return {
    schedule: plan.schedule,
    microBatches: plan.microBatches,
    microBatchSize: plan.microBatchSize,
    transport: plan.transport,
    checkpointing: plan.checkpointing,
    tokensPerSecond: median(settled.map((step) => step.tokens_per_second)),
    stepSeconds: median(settled.map((step) => step.tokens / step.tokens_per_second)),
    predictedTokensPerSecond: plan.throughput.tokensPerSecond,
    losses: steps.map(({ loss }) => loss),
    ranks: plan.ranks.map((rank) => measureRank(plan, rank, events)),
  };
}

function measureRank(
  { stages, device }: Plan,
  { rank, stage, gpu }: Plan['ranks'][number],
  events: readonly TrainerEvent[],
): MeasuredRank {
  const mine = events.filter((event) => event.type === 'stage').filter((event) => event.rank === rank);
  const settled = mine.filter(({ step }) => step > unsettledSteps);
  const sum = (key: 'busy' | 'waiting') => settled.reduce((total, event) => total + event[key], 0);
  const { layers, predictedBytes } = stages[stage]!;
  return {
    rank,
    stage,
    on: device === 'cuda' && gpu ? gpu.name : 'CPU',
    layers,
    busyShare: sum('busy') / (sum('busy') + sum('waiting')),
    peakBytes: Math.max(...mine.map((event) => event.peak_reserved_bytes)),
    predictedBytes: device === 'cpu' && gpu !== null ? null : predictedBytes,
  };
}

/** Of two in the middle, their mean. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** How many times as fast as one card at a time; null where that was not measured before it. */
export function againstNaive({ tokensPerSecond }: Measured, rows: readonly Measured[]): number | null {
  const naive = rows.find(({ schedule }) => schedule === 'naive');
  return naive ? tokensPerSecond / naive.tokensPerSecond : null;
}
