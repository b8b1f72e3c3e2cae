import { useEffect, useMemo, useState } from 'react';
import { findAlternatives } from '../../../plan/alternatives.ts';
import type { Plan } from '../../../plan/schema.ts';
import type { Alternative } from '../../../plan/what-if.ts';
import type { RecipeDraft } from '../../../recipe/parse.ts';
import { planInputOf } from '../outcome.ts';
import type { WizardAction } from '../reducer.ts';
import type { WizardState } from '../state.ts';

/** What an alternative sets, and what stands there without it. */
const fields = ['split', 'dataParallel', 'checkpointing'] as const;

/**
 * Other ways over the same cards, seen from the answers with which the step was entered; none until they are found. Keys come in between
 * the plans that this takes.
 */
export function useAlternatives(state: WizardState): { entered: RecipeDraft; found: readonly Alternative[] } {
  const { split: _, ...open } = state.draft;
  const [entered] = useState<RecipeDraft>(open);
  const [found, setFound] = useState<readonly Alternative[]>([]);
  const { box, data, shapes, sketches } = state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: of the state, these are what a plan is made from.
  const input = useMemo(() => planInputOf(state, entered), [entered, box, data, shapes, sketches]);
  useEffect(() => {
    if (input === null) return;
    const search = new AbortController();
    async function turn() {
      await new Promise(setImmediate);
      search.signal.throwIfAborted();
    }
    // Answers that make no plan are told elsewhere.
    findAlternatives(input, turn).then(setFound, () => setFound([]));
    return () => search.abort();
  }, [input]);
  return { entered, found };
}

/** The one that a plan is. */
export function indexOf(found: readonly Alternative[], plan: Plan): number {
  const layers = (stages: readonly { layers: readonly number[] }[]) =>
    stages.map((stage) => stage.layers).join();
  return found.findIndex(
    (one) =>
      one.dataParallel === plan.dataParallel &&
      one.checkpointing === plan.checkpointing &&
      layers(one.stages) === layers(plan.stages),
  );
}

/** What has to happen for an alternative to be the answer. */
export function choosing({ settings }: Alternative, entered: RecipeDraft): WizardAction[] {
  return fields.map((field) => {
    const set = settings.find((setting) => setting.startsWith(`${field}=`))?.slice(field.length + 1);
    const value = field === 'dataParallel' && set !== undefined ? Number(set) : set;
    return { type: 'set', field, value: value ?? entered[field] };
  });
}
