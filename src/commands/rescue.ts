import { splitFigures } from '../plan/figures.ts';
import { makePlanAndProblems } from '../plan/plan.ts';
import type { RunDirectory } from '../run/directory.ts';
import { ensureEnvironment } from '../run/environment/environment.ts';
import { launchRun, prepareResume } from '../run/launch.ts';
import { ownPython } from '../run/own-python.ts';
import type { Offer, Rescue } from '../ui/monitor/rescue.ts';
import { cardsInUse } from './launching.ts';
import { type NextAttempt, planNextAttempt } from './replan.ts';

/**
 * Offers a run that did not fit the nearest plan that does, and starts it as a new attempt once that is accepted.
 *
 * @param tell hears how far it is; what goes wrong is told as well
 * @param accepted resolves when the offer is accepted
 * @returns whether a new attempt has been started
 */
export async function rescueRun(
  run: RunDirectory,
  tell: (rescue: Rescue) => void,
  accepted: () => Promise<void>,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    tell({ stage: 'looking' });
    const next = await planNextAttempt(run, {});
    // Whoever has left meanwhile accepts nothing any more.
    signal.throwIfAborted();
    const offer = offerOf(next);
    if (!offer) {
      const problems = next.input ? makePlanAndProblems(next.input).problems : [];
      tell({ stage: 'nothing', problems: problems.filter(({ severity }) => severity === 'error') });
      return false;
    }
    tell({ stage: 'offered', offer });
    await accepted();
    tell({ stage: 'starting', offer, news: null });
    const { python } = await ensureEnvironment({
      cards: cardsInUse(next.plan, next.cards),
      ...ownPython(run),
      onProgress: (news) => tell({ stage: 'starting', offer, news }),
      signal,
    });
    prepareResume(run, next.plan);
    await launchRun(run, { python });
    return true;
  } catch (error) {
    if (!signal.aborted) tell({ stage: 'failed', error: error as Error });
    return false;
  }
}

function offerOf({ before, plan, input }: NextAttempt): Offer | null {
  return plan.fits && input ? { before, plan, figures: splitFigures(input) } : null;
}
