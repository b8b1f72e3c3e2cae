import { nameOf } from '../problem.ts';
import { findRemedies } from '../remedies.ts';
import type { Slot } from '../slots.ts';
import { MOST_CARDS } from '../variants.ts';
import { type Check, check } from './check.ts';

/** Cards fuller than this leave too little for what the estimates miss. */
const TIGHT = 0.95;
/** A shortage of some bytes is not shown as none. */
const LEAST_SHOWN = 0.1 * 2 ** 20;
/** Below it the pipeline stands still for more than a third of the time. */
const LEAST_EFFICIENCY = 0.65;

export const fitChecks: readonly Check[] = [
  check('wont-fit', 'error', ({ input, draft }) => {
    if (draft.fits) return null;
    const short = draft.stages
      .map((stage, index) => ({ ...stage, index }))
      .filter((stage) => stage.predictedBytes > stage.slot.capacityBytes)
      .map(({ slot, index, predictedBytes, from, to }) => ({
        ...placeOf(slot, index),
        first: from,
        last: to - 1,
        needs: predictedBytes,
        has: slot.capacityBytes,
        missing: Math.max(predictedBytes - slot.capacityBytes, LEAST_SHOWN),
      }));
    const offers = findRemedies(input).map(({ settings, cards }) => ({ settings, cards }));
    return { short, offers, mostCards: MOST_CARDS };
  }),
  check('tight-fit', 'warning', ({ draft }) => {
    if (!draft.fits) return null;
    const shares = draft.stages.map((stage) => stage.predictedBytes / stage.slot.capacityBytes);
    const fullest = Math.max(...shares);
    if (fullest <= TIGHT) return null;
    const index = shares.indexOf(fullest);
    const { slot, predictedBytes } = draft.stages[index]!;
    const on = placeOf({ cards: slot.cards.slice(0, 1) }, index);
    return { on, holds: predictedBytes, of: slot.capacityBytes };
  }),
  check('pipeline-bubble', 'warning', ({ input: { recipe }, draft: { workload, stages } }) => {
    if (stages.length === 1 || workload.schedule === 'naive') return null;
    const { microBatches, microBatchSize } = workload;
    // Ideal, with equal stages: M micro-batches take M + p - 1 turns.
    const efficiency = microBatches / (microBatches + stages.length - 1);
    if (efficiency >= LEAST_EFFICIENCY) return null;
    return {
      microBatches: Math.round(microBatches),
      stages: stages.length,
      efficiency,
      batchSize: Math.ceil((4 * stages.length * recipe.batchSize) / microBatches),
      canShrinkMicroBatch: microBatchSize > 1,
    };
  }),
];

function placeOf({ cards }: Pick<Slot, 'cards'>, rank: number) {
  return { cards: cards.map(nameOf), rank };
}
