import type { RecipeDraft } from '../../recipe/parse.ts';
import { questions } from '../../recipe/questions.ts';
import type { Option } from '../components/select/layout.ts';
import type { Strings } from '../strings/catalogue.ts';
import { answerOf } from './panels/words.ts';
import type { WizardAction } from './reducer.ts';
import { firstOpen, resumeAt, type WizardState } from './state.ts';

/** The ways on from the first screen. */
export type Way = 'given' | 'proposal' | 'unfinished' | 'steps' | 'demo' | 'imagine';

/** The ways there are, the one that Enter should mean first. The list does not change under the cursor: what is not known yet has its line. */
export function waysOn(state: WizardState, strings: Strings): Option<Way>[] {
  const { start: words, proposing } = strings.wizard.box;
  const { proposal, unfinished, given, box } = state;
  const named = (recipe: RecipeDraft) =>
    (['model', 'dataset'] as const).flatMap((id) => answerOf(id, recipe, [], strings) ?? []).join(', ');
  const imagine: Option<Way> = { value: 'imagine', label: words.imagine, hint: words.imagineHint };
  if (given.length > 0) {
    const left = questions.filter(({ id }) => !given.includes(id)).length;
    return [{ value: 'given', label: words.given, hint: words.givenHint(left) }, imagine];
  }
  const proposed: Option<Way> = { value: 'proposal', label: words.proposal };
  return [
    proposal ? { ...proposed, hint: named(proposal.recipe) } : { ...proposed, disabled: proposing },
    ...(unfinished
      ? [{ value: 'unfinished' as const, label: words.unfinished, hint: named(unfinished.recipe) }]
      : []),
    { value: 'steps', label: words.steps, hint: words.stepsHint },
    // Without cards, it is what is proposed.
    ...(box?.cards.length ? [{ value: 'demo' as const, label: words.demo, hint: words.demoHint }] : []),
    imagine,
  ];
}

/** What it means to go that way. Going step by step again keeps the answers that were given before. */
export function takeWay(way: Way, state: WizardState, demo: RecipeDraft): WizardAction | null {
  const { draft, proposal, unfinished } = state;
  switch (way) {
    case 'given':
      return { type: 'start', recipe: draft, onCpu: false, to: firstOpen(state, draft) };
    case 'proposal': {
      if (!proposal) return null;
      const { recipe, onCpu, shape } = proposal;
      return { type: 'start', recipe, onCpu, to: 'review', sketch: shape };
    }
    case 'unfinished': {
      if (!unfinished) return null;
      const { recipe, onCpu } = unfinished;
      return { type: 'start', recipe, onCpu, to: resumeAt(recipe) };
    }
    case 'steps':
      return { type: 'start', recipe: draft, onCpu: false, to: 'model' };
    case 'demo':
      return { type: 'start', recipe: demo, onCpu: true, to: 'review' };
    case 'imagine':
      return { type: 'open', within: 'imagine' };
  }
}
