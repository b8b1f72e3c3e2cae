import type { SplitTables } from './cover.ts';
import { memoryModel, passingBytes, totalBytes } from './memory.ts';
import type { Breakdown } from './schema.ts';
import { slotStates } from './slot-states.ts';
import { groupSlots, type Slot } from './slots.ts';
import { findSplit, hasSplit, shortageFactor } from './split.ts';
import { type PlacedStage, timeModel } from './throughput.ts';
import type { Workload } from './workload.ts';

/** A stage on its slot and what it needs there. */
export interface ArrangedStage extends PlacedStage {
  breakdown: Breakdown;
  predictedBytes: number;
}

/** What is fixed about a split before the search. */
export interface SplitChoice {
  /** First layers of the stages as the user wants them, 0 first; null leaves them to the search. */
  starts: readonly number[] | null;
  /** Exact number of stages; null leaves it to the search. */
  stages: number | null;
}

/**
 * Puts the layers on the slots as fast as they fit.
 *
 * @param scale factor on all capacities; below 1 keeps headroom
 * @returns null where nothing fits
 */
export function arrange(
  workload: Workload,
  slots: readonly Slot[],
  choice: SplitChoice,
  scale = 1,
): ArrangedStage[] | null {
  const groups = groupSlots(slots);
  return place(splitTables(workload, groups, choice), workload, groups, scale);
}

/** Whether `arrange` would find a place for the layers. */
export function canArrange(
  workload: Workload,
  slots: readonly Slot[],
  choice: SplitChoice,
  scale = 1,
): boolean {
  return hasSplit(splitTables(workload, groupSlots(slots), choice), scale);
}

/** Puts the layers where they overflow the least, in proportion to each card; for showing how far off a workload is. */
export function arrangeAnyway(
  workload: Workload,
  slots: readonly Slot[],
  choice: SplitChoice,
): ArrangedStage[] {
  const groups = groupSlots(slots);
  const tables = splitTables(workload, groups, choice);
  return place(tables, workload, groups, shortageFactor(tables))!;
}

function place(
  tables: SplitTables,
  workload: Workload,
  groups: readonly Slot[][],
  scale: number,
): ArrangedStage[] | null {
  const others = workload.schedule === 'naive' ? 0 : workload.microBatches - 1;
  const cover = findSplit(tables, others, scale);
  if (cover === null) return null;
  const next = groups.map(() => 0);
  const placed = cover.stages.map(({ group, from, to }) => ({
    slot: groups[group]![next[group]!++]!,
    from,
    to,
  }));
  return withMemory(placed, workload);
}

/** What stages need where they are. */
export function withMemory(stages: readonly PlacedStage[], workload: Workload): ArrangedStage[] {
  const memoryOf = memoryModel(workload);
  return stages.map(({ slot, from, to }, index) => {
    const predicted = memoryOf({ from, to, after: stages.length - 1 - index });
    const breakdown = { ...predicted, surplus: surplusBytes(predicted, workload) + slot.besideBytes };
    return { slot, from, to, breakdown, predictedBytes: totalBytes(breakdown) };
  });
}

/** What was found to be needed beyond a prediction, on whichever card. */
function surplusBytes(predicted: Breakdown, { surplusShare }: Workload): number {
  return Math.ceil(surplusShare * passingBytes(predicted));
}

/** As a recipe writes it: `20,20`. */
export function splitOf(stages: readonly PlacedStage[]): string {
  return stages.map(({ from, to }) => to - from).join();
}

/** Time and memory of every possible stage. */
function splitTables(workload: Workload, groups: readonly Slot[][], choice: SplitChoice): SplitTables {
  const layers = workload.model.layers.length;
  const slots = groups.reduce((sum, group) => sum + group.length, 0);
  const secondsOf = timeModel(workload);
  const memoryOf = memoryModel(workload);
  // Where the boundaries are given, only what lies between them is looked at.
  const starts = choice.starts ?? Array.from({ length: layers }, (_, layer) => layer);
  const ends = [...starts.slice(1), layers];
  const tabulate = (value: (from: number, to: number) => number) => {
    const table = new Float64Array((layers + 1) ** 2);
    for (const to of ends) {
      for (const from of starts) if (from < to) table[to * (layers + 1) + from] = value(from, to);
    }
    return table;
  };
  return {
    layers,
    // A card with nothing free still has a size for others to be a multiple of (`shortageFactor`).
    capacities: groups.map(([slot]) => Math.max(1, slot!.capacityBytes - slot!.besideBytes)),
    states: slotStates(groups.map((group) => group.length)),
    seconds: groups.map(([slot]) => tabulate((from, to) => secondsOf(slot!, from, to))),
    bytes: Array.from({ length: slots }, (_, after) =>
      tabulate((from, to) => {
        const predicted = memoryOf({ from, to, after });
        return totalBytes(predicted) + surplusBytes(predicted, workload);
      }),
    ),
    boundaries: choice.starts && new Set(choice.starts),
    stages: choice.stages,
  };
}
