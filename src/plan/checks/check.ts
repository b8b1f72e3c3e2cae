import type { Draft } from '../draft.ts';
import type { PlanInput } from '../input.ts';
import type { DiskNeeds } from '../needs.ts';
import { type AboutProblem, type FoundProblem, found, type ProblemCode } from '../problem.ts';
import type { Problem } from '../schema.ts';

/** What the checks of a plan look at. */
export interface Checked {
  input: PlanInput;
  draft: Draft;
  hostRamBytes: number;
  disk: DiskNeeds;
}

/** Looks for one thing that can be wrong. */
export type Check<Subject = Checked> = (subject: Subject) => FoundProblem | null;

/**
 * A check as a row: what it is about, how bad that is, and when it is so.
 *
 * @param severity `error` stands in the way of the run; a function where that depends on what is looked at
 * @param find what is known about the problem; null where there is none
 */
export function check<Code extends ProblemCode, Subject = Checked>(
  code: Code,
  severity: Problem['severity'] | ((subject: Subject, about: AboutProblem<Code>) => Problem['severity']),
  find: (subject: Subject) => AboutProblem<Code> | null,
): Check<Subject> {
  return (subject) => {
    const about = find(subject);
    if (about === null) return null;
    return found(typeof severity === 'string' ? severity : severity(subject, about), code, about);
  };
}
