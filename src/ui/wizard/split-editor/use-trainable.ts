import { useEffect, useState } from 'react';
import type { PlanInput } from '../../../plan/input.ts';
import { findTrainable } from '../../../plan/trainable.ts';
import type { Trainable } from '../../../plan/what-if.ts';

/** For freeze, how far the cards could go; null until that is known. Keys come in between its questions. */
export function useTrainable(input: PlanInput, stages: number): Trainable | null {
  const [found, setFound] = useState<Trainable | null>(null);
  useEffect(() => {
    if (input.recipe.method !== 'freeze') return;
    const search = new AbortController();
    setFound(null);
    async function turn() {
      await new Promise(setImmediate);
      search.signal.throwIfAborted();
    }
    findTrainable(input, stages, turn).then(setFound, (error) => {
      if (!search.signal.aborted) throw error;
    });
    return () => search.abort();
  }, [input, stages]);
  return found;
}
