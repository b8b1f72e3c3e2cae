import { openRun, runsRoot } from '../run/directory.ts';
import { prepareResume } from '../run/launch.ts';
import { ownPython } from '../run/own-python.ts';
import { launchAndFollow, prepareEnvironment } from './launching.ts';
import type { ScreenChoice } from './monitor.ts';
import type { Output } from './output.ts';
import { describePlacement, type Elsewhere, planNextAttempt } from './replan.ts';
import { emitProposal } from './tell-proposal.ts';
import { describeNextAttempt } from './text/next-attempt.ts';
import { refuse } from './train.ts';

export interface ResumeOptions extends Elsewhere, ScreenChoice {
  runsDir?: string;
  python?: string;
  detach?: boolean;
}

/** `resume`: goes on from the newest checkpoint, on the cards of the run's plan where they are still there, else on those that are. */
export async function resume(
  id: string | undefined,
  options: ResumeOptions,
  output: Output,
): Promise<number> {
  const run = openRun(id, runsRoot(options.runsDir));
  const next = await planNextAttempt(run, options);
  const { before, plan, cards } = next;
  const why = describeNextAttempt(run, next);
  if (why !== null) {
    output.say(why);
    emitProposal(run, next, output);
    if (!plan.fits) return refuse(plan, output);
    output.say(`  before  ${describePlacement(before)}\n  now     ${describePlacement(plan)}`);
  }
  const { python } = await prepareEnvironment(plan, cards, { ...ownPython(run), ...options }, output);
  prepareResume(run, plan);
  return launchAndFollow(run, { ...options, python }, output);
}
