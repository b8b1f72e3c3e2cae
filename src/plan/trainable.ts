import { splitOf } from './arrange.ts';
import { canPlan, draftPlan } from './draft.ts';
import type { PlanInput } from './input.ts';
import type { Trainable, Turn } from './what-if.ts';

/**
 * How far freeze-tuning can go. It takes a plan a question, some tens of milliseconds each.
 *
 * @param stages of the even split
 * @param turn awaited before each question, for others to have their turn; what it throws ends the search
 */
export async function findTrainable(
  input: PlanInput,
  stages: number,
  turn: Turn = async () => {},
): Promise<Trainable> {
  const even = evenSizes(input.model.layers.length, stages).join();
  const most = await largest(input.model.layers.length, 'auto');
  const evenly = await largest(most, even);
  const best = most === 0 ? null : draftPlan(training(input, most, 'auto'), 'give-up');
  const split = best === null ? null : splitOf(best.stages);
  return { most: { layers: most, split }, even: { layers: evenly, split: even } };

  /** The largest count up to `limit` that fits, where all smaller ones do; 0 if none does. */
  async function largest(limit: number, split: string): Promise<number> {
    let low = 0;
    let high = limit;
    while (low < high) {
      await turn();
      const middle = Math.ceil((low + high) / 2);
      if (canPlan(training(input, middle, split))) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

const training = (input: PlanInput, layers: number, split: string): PlanInput => ({
  ...input,
  recipe: { ...input.recipe, freeze: { layers }, split },
});

/** As equal as they can be, the larger ones first. */
export function evenSizes(layers: number, stages: number): number[] {
  return Array.from({ length: stages }, (_, stage) => Math.ceil((layers - stage) / stages));
}
