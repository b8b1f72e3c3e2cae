import { type ArrangedStage, withMemory } from './arrange.ts';
import { timeModel, transferSeconds } from './throughput.ts';
import type { Workload } from './workload.ts';

/** What more micro-batches in flight must leave free of every card: a few per cent of speed are not worth a card filled to the brim. */
const HEADROOM = 0.05;
/** Share of a stage's time that transfers must take before memory is spent on hiding them. */
const WORTH_HIDING = 0.005;

/**
 * Lets 1F1B hold so many micro-batches that no stage waits for transfers, where there is room beside the stages as they are and transfers are
 * long enough to be noticed; otherwise everything stays as it is. The split is no other for it.
 *
 * @param scale share of each card that may be filled
 */
export function hideTransfers(
  workload: Workload,
  stages: ArrangedStage[],
  scale: number,
): { workload: Workload; stages: ArrangedStage[] } {
  const asTheyAre = { workload, stages };
  if (workload.schedule !== '1f1b' || stages.length === 1) return asTheyAre;
  const secondsOf = timeModel(workload);
  const slowest = Math.max(...stages.map(({ slot, from, to }) => secondsOf(slot, from, to)));
  const transfers = Math.max(...stages.map(({ slot }) => transferSeconds(workload, slot)));
  if (transfers < WORTH_HIDING * slowest) return asTheyAre;
  const eager = { ...workload, eager: true };
  const placed = withMemory(stages, eager);
  const most = Math.min(scale, 1 - HEADROOM);
  const isRoom = placed.every(({ slot, predictedBytes }) => predictedBytes <= most * slot.capacityBytes);
  return isRoom ? { workload: eager, stages: placed } : asTheyAre;
}
