import { openRun, runsRoot } from '../run/directory.ts';
import { prepareResume } from '../run/launch.ts';
import { launchAndFollow, ownPython, prepareEnvironment } from './launching.ts';
import type { ScreenChoice } from './monitor.ts';
import type { Output } from './output.ts';
import { describePlacement, type Elsewhere, planNextAttempt } from './replan.ts';
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
  const { before, plan, cards, change } = await planNextAttempt(run, options);
  if (change !== null) {
    output.say(change);
    if (!plan.fits) return refuse(plan, output);
    output.say(`  before  ${describePlacement(before)}\n  now     ${describePlacement(plan)}`);
  }
  const { python } = await prepareEnvironment(plan, cards, { ...ownPython(run), ...options }, output);
  prepareResume(run, plan);
  return launchAndFollow(run, { ...options, python }, output);
}
