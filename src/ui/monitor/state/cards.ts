import { areStandIns } from '../../../plan/stand-in.ts';
import { measuredMemory } from '../../../run/rehearsal.ts';
import type { MonitorState } from './state.ts';

/** A rank and the card it runs on, as one row of the screen. What is not known is null, never 0. */
export interface CardView {
  rank: number;
  stage: number;
  /** As nvidia-smi counts; the rank where no card is used. */
  index: number;
  name: string;
  /** Held now where the card tells, else the most so far. */
  usedBytes: number | null;
  /** What the rank held in the rehearsal, context and all; null before it. */
  rehearsedBytes: number | null;
  /** What was predicted of the rank alone, to be held against that; null where it was not for the CPU that runs it. */
  plannedBytes: number | null;
  /** Comparable with `usedBytes`: what others hold on the card is in both. */
  predictedBytes: number | null;
  capacityBytes: number | null;
  /** Percent. */
  utilization: number | null;
  utilizations: readonly (number | null)[];
  /** Celsius. */
  temperature: number | null;
  powerWatts: number | null;
  powerLimitWatts: number | null;
  clockMHz: number | null;
  topClockMHz: number | null;
}

/** Every rank of this run, in order. */
export function cardViews({ plan, ranks, cards, rehearsals, lifecycle }: MonitorState): CardView[] {
  const elsewhere = areStandIns(plan);
  return plan.ranks.map(({ rank, stage, gpu }) => {
    const planned = plan.stages[stage]!;
    const card = plan.device === 'cuda' && gpu ? cards.get(gpu.uuid) : undefined;
    const reading = card?.reading;
    const peak = ranks.get(rank)?.peakBytes || null;
    // Until another attempt has begun to load, the rehearsal of the one before is still there.
    const rehearsal = rehearsals.find(
      (event) => event.rank === rank && event.attempt === lifecycle?.status.attempt,
    );
    const rehearsedBytes = rehearsal ? measuredMemory(rehearsal, plan).heldBytes : null;
    const total = reading?.memoryTotalBytes ?? null;
    // What was not free when the plan was made is used by the driver or by others, and counted by the card.
    const others = total === null ? 0 : Math.max(0, total - planned.capacityBytes);
    return {
      rank,
      stage,
      index: plan.device === 'cuda' ? (gpu?.index ?? rank) : rank,
      name: plan.device === 'cpu' ? 'CPU' : (gpu?.name ?? planned.name),
      usedBytes: reading?.memoryUsedBytes ?? peak ?? rehearsedBytes,
      rehearsedBytes,
      plannedBytes: elsewhere ? null : planned.predictedBytes,
      predictedBytes: elsewhere ? null : planned.predictedBytes + others,
      capacityBytes: elsewhere ? null : (total ?? planned.capacityBytes),
      utilization: reading?.utilization ?? null,
      utilizations: card?.utilization ?? [],
      temperature: reading?.temperature ?? null,
      powerWatts: reading?.powerWatts ?? null,
      powerLimitWatts: reading?.powerLimitWatts ?? null,
      clockMHz: reading?.clockMHz ?? null,
      topClockMHz: card?.topClockMHz ?? null,
    };
  });
}

/** Over the prediction, by this share of it and this many bytes; or wherever the card is nearly full. */
const above = { share: 1.05, bytes: 2 ** 29, full: 0.97 } as const;

/** Whether a card holds so much more than was predicted that somebody should know. */
export function isAbovePlan({
  usedBytes,
  predictedBytes,
  capacityBytes,
}: Pick<CardView, 'usedBytes' | 'predictedBytes' | 'capacityBytes'>): boolean {
  if (usedBytes === null || predictedBytes === null || capacityBytes === null) return false;
  const clearly = usedBytes > predictedBytes * above.share && usedBytes > predictedBytes + above.bytes;
  return clearly || (usedBytes > predictedBytes && usedBytes > capacityBytes * above.full);
}
