import type { Card } from '../hardware/card.ts';
import { draftPlan } from './draft.ts';
import type { PlanInput } from './input.ts';
import type { Precision } from './schema.ts';
import { stageTimes, throughput } from './throughput.ts';

/** What one stage of a split comes to. */
export interface StageFigures {
  /** By replica; empty for a CPU rank. */
  cards: readonly Card[];
  /** Layers, half-open. */
  from: number;
  to: number;
  /** Of its layers, those at the end that are trained in full; null for LoRA, which adds to all. */
  trained: number | null;
  predictedBytes: number;
  capacityBytes: number;
  /** Seconds of a step that it computes. */
  busySeconds: number;
  /** Share of the pipeline's time that it computes, 0 to 1. */
  busyShare: number;
  /** A stage that the others wait for; none where all, or most of them, take that long. */
  slowest: boolean;
}

/** What a split comes to: as much of a plan as there is to draw, without looking for problems and their remedies. */
export interface SplitFigures {
  /** In pipeline order. */
  stages: StageFigures[];
  /** Cards that no stage is on. */
  idle: Card[];
  precision: Precision;
  /** Whether activations are recomputed in the backward pass (`full`). */
  checkpointing: 'none' | 'full';
  stepSeconds: number;
  tokensPerSecond: number;
  /** Share of the step that the cards compute, 0 to 1. */
  efficiency: number;
}

/** Stages whose times differ by less, relatively, are equally slow. */
const SAME = 0.005;

/**
 * Places the layers as `makePlan` does and reads off what a picture of it shows. Some milliseconds where `recipe.split` says how many layers
 * each stage has, some tens for `auto`.
 *
 * @throws UserError as `draftPlan` does
 */
export function splitFigures(input: PlanInput): SplitFigures {
  const { stages, workload } = draftPlan(input, 'overflow');
  const seconds = stageTimes(stages, workload).map(({ busy }) => busy);
  const longest = Math.max(...seconds);
  const isSlow = (value: number) => value > longest * (1 - SAME);
  const slow = seconds.filter(isSlow).length;
  const { stepSeconds, tokensPerSecond, pipelineEfficiency } = throughput(stages, workload);
  const busy = workload.microBatches * seconds.reduce((sum, value) => sum + value, 0);
  const total = busy / (stages.length * pipelineEfficiency);
  const { firstTrainedLayer } = workload.training;
  const used = new Set(stages.flatMap(({ slot }) => slot.cards));
  return {
    stages: stages.map(({ slot, from, to, predictedBytes }, index) => ({
      cards: slot.cards,
      from,
      to,
      trained: input.recipe.method === 'lora' ? null : Math.max(0, to - Math.max(from, firstTrainedLayer)),
      predictedBytes,
      capacityBytes: slot.capacityBytes,
      busySeconds: workload.microBatches * seconds[index]!,
      busyShare: (workload.microBatches * seconds[index]!) / total,
      slowest: 2 * slow <= stages.length && isSlow(seconds[index]!),
    })),
    idle: input.cards.filter((card) => !used.has(card)),
    precision: workload.precision,
    checkpointing: workload.checkpointing,
    stepSeconds,
    tokensPerSecond,
    efficiency: pipelineEfficiency,
  };
}

/** More stages than that cannot be placed. */
export function mostStages({ cards, host, recipe, model }: PlanInput): number {
  const places = cards.length === 0 ? host.cores : Math.floor(cards.length / recipe.dataParallel);
  return Math.min(places, model.layers.length);
}
