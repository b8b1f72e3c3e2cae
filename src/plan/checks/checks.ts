import type { FoundProblem } from '../problem.ts';
import type { Check, Checked } from './check.ts';
import { dataChecks } from './data.ts';
import { fitChecks } from './fit.ts';
import { cardChecks, hardwareChecks } from './hardware.ts';
import { hostChecks } from './host.ts';
import { recipeChecks } from './recipe.ts';
import { templateChecks } from './template.ts';

const checks: readonly Check[] = [
  ...hardwareChecks,
  ...cardChecks.map(
    (look): Check =>
      ({ input, draft }) =>
        look({ ...input, device: draft.device }),
  ),
  ...fitChecks,
  ...hostChecks,
  ...dataChecks,
  ...templateChecks,
  ...recipeChecks,
];

/** Everything that is wrong with a plan, errors first. */
export function findProblems(checked: Checked): FoundProblem[] {
  return inOrder(checks.map((check) => check(checked)));
}

/** What is wrong with cards, whatever is to be trained on them; errors first. */
export function findCardProblems(cards: Parameters<(typeof cardChecks)[number]>[0]): FoundProblem[] {
  return inOrder(cardChecks.map((check) => check(cards)));
}

function inOrder(found: (FoundProblem | null)[]): FoundProblem[] {
  return found
    .filter((problem) => problem !== null)
    .toSorted((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));
}
