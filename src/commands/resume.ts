import { exitCodes, UserError } from '../errors.ts';
import type { Card } from '../hardware/card.ts';
import { queryCards } from '../hardware/nvidia-smi.ts';
import type { Plan } from '../plan/schema.ts';
import { openRun, runsRoot } from '../run/directory.ts';
import { prepareResume } from '../run/launch.ts';
import { launchAndFollow, ownPython, prepareEnvironment } from './launching.ts';
import type { Output } from './output.ts';

/** `resume`: goes on from the newest checkpoint, on the cards of the run's plan. */
export async function resume(
  id: string | undefined,
  options: { runsDir?: string; python?: string; detach?: boolean },
  output: Output,
): Promise<number> {
  const run = openRun(id, runsRoot(options.runsDir));
  const plan = run.readPlan(run.readStatus().attempt);
  const cards = plan.device === 'cuda' ? await findCards(plan) : [];
  const { python } = await prepareEnvironment(plan, cards, { ...ownPython(run), ...options }, output);
  prepareResume(run);
  return launchAndFollow(run, { python, detach: options.detach }, output);
}

/** The plan's cards as they are now. @throws UserError `card-gone` (exit 3) when one is not here any more */
async function findCards(plan: Plan): Promise<Card[]> {
  const { cards } = await queryCards();
  return plan.ranks.flatMap(({ gpu }) => {
    if (gpu === null) return [];
    const card = cards.find(({ uuid }) => uuid === gpu.uuid);
    if (card) return card;
    throw new UserError('card-gone/of-a-run', { name: gpu.name, uuid: gpu.uuid }, exitCodes.refused);
  });
}
