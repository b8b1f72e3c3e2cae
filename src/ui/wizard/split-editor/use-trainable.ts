import { useEffect, useState } from 'react';
import { canTrain } from '../../../plan/figures.ts';
import type { PlanInput } from '../../../plan/input.ts';
import { writeSplit } from './state.ts';

/** How many of the last layers can be trained in full. */
export interface Trainable {
  /** With the best split. */
  most: number;
  /** With layers split evenly. */
  even: number;
}

/**
 * For freeze, how far the cards could go; null until that is known. It takes a plan a question, so each is asked in a turn of its own and keys
 * come in between.
 */
export function useTrainable(input: PlanInput, stages: number): Trainable | null {
  const [found, setFound] = useState<Trainable | null>(null);
  useEffect(() => {
    if (input.recipe.method !== 'freeze') return;
    let cancelled = false;
    setFound(null);
    async function find() {
      const layers = input.model.layers.length;
      const most = await largest(layers, (count) => !cancelled && canTrain(input, count, 'auto'));
      const split = writeSplit(evenSizes(layers, stages));
      const even = await largest(most, (count) => !cancelled && canTrain(input, count, split));
      if (!cancelled) setFound({ most, even });
    }
    void find();
    return () => {
      cancelled = true;
    };
  }, [input, stages]);
  return found;
}

/** As equal as they can be, the larger ones first. */
export function evenSizes(layers: number, stages: number): number[] {
  return Array.from({ length: stages }, (_, stage) => Math.ceil((layers - stage) / stages));
}

/** The largest count up to `limit` for which a condition holds that holds for all smaller ones; 0 if for none. */
async function largest(limit: number, holds: (count: number) => boolean): Promise<number> {
  let low = 0;
  let high = limit;
  while (low < high) {
    await new Promise(setImmediate);
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
