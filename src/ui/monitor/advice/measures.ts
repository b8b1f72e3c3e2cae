import type { Plan } from '../../../plan/schema.ts';
import type { MonitorState, RankStep } from '../state/state.ts';

/** Mean seconds a step over the newest steps. */
export interface StageTime {
  stage: number;
  busy: number;
  waiting: number;
}

/** Steps that a judgement about speed rests on: enough that it does not change its mind every second. */
const window = 60;
const fewest = 20;

/** How each stage spends a step; replicas of a stage are taken together. Empty until every stage has enough steps. */
export function stageTimes({ plan, ranks }: Pick<MonitorState, 'plan' | 'ranks'>): StageTime[] {
  const times = plan.stages.map((_, stage): StageTime | null => {
    const steps = plan.ranks
      .filter((rank) => rank.stage === stage)
      .flatMap(({ rank }) => ranks.get(rank)?.steps.slice(-window) ?? []);
    if (steps.length < fewest) return null;
    return { stage, busy: mean(steps, 'busy'), waiting: mean(steps, 'waiting') };
  });
  return times.every((time) => time !== null) ? times : [];
}

/** Mean of one figure over steps; 0 without any. */
export function mean(steps: readonly RankStep[], figure: 'busy' | 'waiting'): number {
  return steps.length === 0 ? 0 : steps.reduce((sum, step) => sum + step[figure], 0) / steps.length;
}

/**
 * Layers a stage that would even out what was measured: one layer at a time moves from the stage that takes longest to the one where it helps
 * most, as long as it fits there. A layer is taken to cost on a card what that card's own layers cost on average.
 *
 * @param busy seconds a step of each stage
 * @returns the split, and by what share the slowest stage would be faster; null where nothing better is found
 */
export function evenSplit(
  stages: Plan['stages'],
  busy: readonly number[],
): { layers: number[]; gain: number } | null {
  const before = stages.map(({ layers: [first, end] }) => end - first);
  if (before.some((count) => count === 0)) return null;
  const seconds = busy.map((time, stage) => time / before[stage]!);
  const slowestOf = (layers: readonly number[]) =>
    Math.max(...layers.map((count, stage) => count * seconds[stage]!));
  const fits = (layers: readonly number[]) =>
    layers.every((count, at) => {
      const { predictedBytes, capacityBytes, breakdown } = stages[at]!;
      const { context, communicator, logits, buffers } = breakdown;
      const bytesPerLayer = (predictedBytes - context - communicator - logits - buffers) / before[at]!;
      return count <= before[at]! || predictedBytes + (count - before[at]!) * bytesPerLayer <= capacityBytes;
    });

  let layers = before;
  for (;;) {
    const from = layers.findIndex((count, at) => count * seconds[at]! === slowestOf(layers));
    const moved = layers
      .map((_, to) => layers.map((count, at) => count - Number(at === from) + Number(at === to)))
      .filter((next) => next[from]! > 0 && fits(next) && slowestOf(next) < slowestOf(layers))
      .sort((a, b) => slowestOf(a) - slowestOf(b))[0];
    if (!moved) break;
    layers = moved;
  }
  const gain = slowestOf(before) / slowestOf(layers) - 1;
  return gain > 0 ? { layers, gain } : null;
}
