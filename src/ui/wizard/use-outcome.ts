import { useEffect, useEffectEvent, useState } from 'react';
import { type Outcome, outcomeOf } from './outcome.ts';
import { keyOfData, shapeOf, shownDraft, type WizardState } from './state.ts';

export interface Outcomes {
  /** Of the answers with what is marked; null while too little is known. */
  shown: Outcome | null;
  /** Of the answers as they are, where they differ. */
  present: Outcome | null;
}

/** A plan that took longer than a key press may is calculated only once the keys rest. */
const slowMs = 25;
const restMs = 150;

/** What comes of the answers. Calculated after the frame that shows them: a plan that seeks remedies takes a while. */
export function useOutcomes(state: WizardState): Outcomes {
  const [outcomes, setOutcomes] = useState<Outcomes & { tookMs: number }>({
    shown: null,
    present: null,
    tookMs: 0,
  });
  const calculate = useEffectEvent(() => {
    const start = performance.now();
    const shown = outcomeOf(state, shownDraft(state));
    const present = state.marked ? outcomeOf(state, state.draft) : shown;
    setOutcomes({ shown, present, tookMs: performance.now() - start });
  });

  const key = keyOfData(shownDraft(state));
  const data = key === null ? undefined : state.data[key];
  const shape = shapeOf(state, shownDraft(state));
  const { draft, marked, box, onCpu, glances, faults, step } = state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what a plan is made from.
  useEffect(() => {
    const timer = setTimeout(calculate, outcomes.tookMs > slowMs ? restMs : 0);
    return () => clearTimeout(timer);
  }, [draft, marked, box, onCpu, shape, data, glances, faults, step]);
  return outcomes;
}
