import type { SplitFigures } from '../../plan/figures.ts';
import type { FoundProblem } from '../../plan/problem.ts';
import type { Plan } from '../../plan/schema.ts';
import type { SetupNews } from '../../words/en/environments.ts';

/** The nearest plan that fits, beside the one that did not. */
export interface Offer {
  before: Plan;
  plan: Plan;
  figures: SplitFigures;
}

/** What is being done about a run that did not fit. */
export type Rescue =
  | { stage: 'looking' }
  | { stage: 'offered'; offer: Offer }
  /** @property problems why nothing fits that trains the same */
  | { stage: 'nothing'; problems: readonly FoundProblem[] }
  /** @property news of the Python environment, while it is set up */
  | { stage: 'starting'; offer: Offer; news: SetupNews | null }
  | { stage: 'failed'; error: Error };
