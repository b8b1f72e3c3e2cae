import { draftPlan } from '../../../plan/draft.ts';
import type { PlanInput } from '../../../plan/input.ts';
import { throughput, timeModel } from '../../../plan/throughput.ts';
import { writeSplit } from './state.ts';

/** What one stage of a split comes to. */
export interface StageFigures {
  /** `0 Tesla P40`; `CPU` where there is no card. */
  card: string;
  /** Half-open. */
  from: number;
  to: number;
  /** Of its layers, those that are trained in full; null for LoRA, which adds to all. */
  trained: number | null;
  predictedBytes: number;
  capacityBytes: number;
  /** Of one micro-batch, forward and backward. */
  seconds: number;
  /** The stage that the others wait for. */
  slowest: boolean;
}

/** What a split comes to. */
export interface SplitFigures {
  stages: StageFigures[];
  stepSeconds: number;
  tokensPerSecond: number;
  /** Share of the step that the cards compute, 0 to 1. */
  efficiency: number;
}

/** Plans the input with this split and reads off what the editor shows. @throws UserError as `draftPlan` does */
export function figuresOf(input: PlanInput, sizes: readonly number[] | 'auto'): SplitFigures {
  const split = sizes === 'auto' ? sizes : writeSplit(sizes);
  const { stages, workload } = draftPlan({ ...input, recipe: { ...input.recipe, split } }, 'overflow');
  const secondsOf = timeModel(workload);
  const seconds = stages.map(({ slot, from, to }) => secondsOf(slot, from, to));
  const longest = Math.max(...seconds);
  const { stepSeconds, tokensPerSecond, pipelineEfficiency } = throughput(stages, workload);
  return {
    stages: stages.map(({ slot, from, to, predictedBytes }, index) => {
      const card = slot.cards[0];
      return {
        card: card ? `${card.index} ${card.kind.name}` : 'CPU',
        from,
        to,
        trained:
          input.recipe.method === 'freeze'
            ? Math.max(0, to - Math.max(from, workload.training.firstTrainedLayer))
            : null,
        predictedBytes,
        capacityBytes: slot.capacityBytes,
        seconds: seconds[index]!,
        slowest: stages.length > 1 && seconds[index] === longest,
      };
    }),
    stepSeconds,
    tokensPerSecond,
    efficiency: pipelineEfficiency,
  };
}

/** Layers per stage of a split as the recipe has it. */
export function sizesOf(input: PlanInput, split: string): number[] {
  if (split !== 'auto') return split.split(',').map(Number);
  return figuresOf(input, 'auto').stages.map(({ from, to }) => to - from);
}

/** How many of the last layers these cards can train with the best split; 0 where not even one. Tries at most `limit`. */
export function mostTrainableLayers(input: PlanInput, limit = 16): number {
  const most = Math.min(limit, input.model.layers.length);
  for (let layers = 1; layers <= most; layers += 1) {
    const recipe = { ...input.recipe, freeze: { layers }, split: 'auto' };
    if (draftPlan({ ...input, recipe }, 'give-up') === null) return layers - 1;
  }
  return most;
}

/** More stages than that cannot be placed. */
export function mostStages({ cards, recipe, model }: PlanInput): number {
  const places = cards.length === 0 ? model.layers.length : Math.floor(cards.length / recipe.dataParallel);
  return Math.min(places, model.layers.length);
}
