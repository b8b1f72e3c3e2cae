import { UserError } from '../errors.ts';
import { planChanges } from '../plan/changes.ts';
import type { RunDirectory } from '../run/directory.ts';
import { explain } from '../words/said.ts';
import type { Output } from './output.ts';
import { programName } from './program-name.ts';
import { type NextAttempt, planNextAttempt } from './replan.ts';
import { describeNextAttempt } from './text/next-attempt.ts';
import { paragraph } from './text/paragraph.ts';

/** Says of a run that did not fit what would, and how to accept it. */
export async function tellProposal(run: RunDirectory, output: Output): Promise<void> {
  try {
    const next = await planNextAttempt(run, {});
    emitProposal(run, next, output);
    output.say(paragraph('', describeNextAttempt(run, next) ?? '', output.columns));
    if (next.plan.fits) {
      output.say(`Accept it with: ${programName} resume ${run.id}`);
      return;
    }
    const problem = next.plan.problems.find(({ severity }) => severity === 'error');
    if (problem) output.say(paragraph('', explain(problem), output.columns));
  } catch (error) {
    // Its card or its model may be gone since.
    if (!(error instanceof UserError)) throw error;
    output.say(explain(error));
  }
}

/** For programs: what a run that did not fit would go on with. */
export function emitProposal(run: RunDirectory, { before, plan, change }: NextAttempt, output: Output): void {
  if (change?.why !== 'did-not-fit') return;
  const changes = planChanges(before, plan).map(({ key, about }) => ({ what: key, ...about }));
  output.emit({ type: 'proposal', run: run.id, fits: plan.fits, changes, plan });
}
