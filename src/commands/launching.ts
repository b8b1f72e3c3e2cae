import { exitCodes } from '../errors.ts';
import type { Card } from '../hardware/card.ts';
import type { Plan } from '../plan/schema.ts';
import type { RunDirectory } from '../run/directory.ts';
import { type Environment, ensureEnvironment } from '../run/environment/environment.ts';
import { launchRun } from '../run/launch.ts';
import { catalogueFor, languageFor } from '../ui/strings/catalogue.ts';
import { setup } from '../words/en/environments.ts';
import { givingUpOnInterrupt, stoppingOnInterrupt } from './interrupt.ts';
import { canShowMonitor, type ScreenChoice, showMonitorOr } from './monitor.ts';
import type { Output } from './output.ts';
import { programName } from './program-name.ts';
import { watchRun } from './watch.ts';

/** The cards that the ranks run on, which PyTorch must serve: none where a plan for cards is executed on the CPU. */
export function cardsInUse({ device }: Pick<Plan, 'device'>, cards: readonly Card[]): readonly Card[] {
  return device === 'cpu' ? [] : cards;
}

/** The Python that carries out a plan: the user's own, or the private one, set up on first use. */
export async function prepareEnvironment(
  plan: Pick<Plan, 'device'>,
  cards: readonly Card[],
  { python }: { python?: string },
  output: Output,
): Promise<Environment> {
  const environment = await givingUpOnInterrupt('environment', (signal) =>
    ensureEnvironment({
      cards: cardsInUse(plan, cards),
      ...(python !== undefined && { python }),
      onProgress: (news) => output.progress(setup(news)),
      signal,
    }),
  );
  output.status(null);
  return environment;
}

interface FollowOptions extends ScreenChoice {
  /** Only until the training has begun. */
  detach?: boolean | undefined;
}

/** Hands the run to its supervisor and shows it until its end, or, detached, until the training has begun. */
export async function launchAndFollow(
  run: RunDirectory,
  { python, ...options }: { python: string } & FollowOptions,
  output: Output,
): Promise<number> {
  const before = new Date();
  await launchRun(run, { python });
  return followLaunched(run, { ...options, before }, output);
}

/**
 * Shows a run that its supervisor has taken over.
 *
 * @param before when it was launched: what earlier attempts of a resumed run have said is not shown again
 */
export async function followLaunched(
  run: RunDirectory,
  { before, detach = false, lang, theme }: { before: Date } & FollowOptions,
  output: Output,
): Promise<number> {
  output.emit({ type: 'run', id: run.id, path: run.path });
  const onScreen = !detach && canShowMonitor(output);
  // As the screen that follows; text speaks English.
  const { runIn } = catalogueFor(onScreen ? languageFor(lang, process.env) : 'en').monitor.summary;
  output.say(runIn(run.id, run.path));
  const inText = () => follow(run, { before, detach }, output);
  return onScreen ? showMonitorOr(run, output, inText, { lang, theme }) : inText();
}

/**
 * @param before what earlier attempts of a resumed run have said is not shown again
 * @returns the run's exit code: one that Ctrl-C has stopped with a checkpoint has done as it was told
 */
async function follow(
  run: RunDirectory,
  { before, detach }: { before: Date; detach: boolean },
  output: Output,
): Promise<number> {
  const result = await stoppingOnInterrupt(run, output, () =>
    watchRun(run, output, {
      ...(detach && { until: 'first-step' }),
      isOld: ({ t }) => new Date(t) < before,
    }),
  );
  if (detach && result === 'first-step') {
    output.say(`Training goes on in the background. Follow it with: ${programName} attach ${run.id}`);
    return exitCodes.done;
  }
  return typeof result === 'number' ? result : exitCodes.failed;
}
