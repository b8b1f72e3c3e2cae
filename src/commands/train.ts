import { exitCodes, UserError } from '../errors.ts';
import type { PlanInput } from '../plan/input.ts';
import { makePlan } from '../plan/plan.ts';
import type { Plan } from '../plan/schema.ts';
import { inspectData, linkData } from '../run/data-cache.ts';
import { createRun, runsRoot } from '../run/directory.ts';
import { launchAndFollow, prepareEnvironment } from './launching.ts';
import type { Output } from './output.ts';
import { type CardOptions, gatherPlanInput } from './planning.ts';
import type { RecipeOptions } from './recipe-options.ts';
import { formatBadRows } from './text/data.ts';
import { formatPlan } from './text/plan.ts';

export interface TrainOptions extends RecipeOptions, CardOptions {
  python?: string;
  runsDir?: string;
  dryRun?: boolean;
  detach?: boolean;
}

/** `ft-wizard --preset ...`: detect, plan, check, launch and follow. Nothing is left behind by a training that a check refuses. */
export async function train(options: TrainOptions, output: Output): Promise<number> {
  const { input, notes } = await gatherPlanInput(options, options.dryRun ? 'dry-run' : 'run');
  for (const note of notes) output.say(note);
  const draft = makePlan(input);
  if (options.dryRun) return showPlan(draft, output);
  // What cannot fit is refused before gigabytes of Python packages are fetched for it.
  if (!draft.fits) return refuse(draft, output);
  requireTrainable(input);

  const { python } = await prepareEnvironment(draft, input.cards, options, output);
  output.status('Reading the dataset');
  const data = await inspectData(python, {
    model: input.model.path ?? input.recipe.model,
    datasets: input.datasets,
    template: input.recipe.template,
    cutoffLength: input.recipe.cutoffLength,
  });
  if (data.summary.badRows.length > 0) output.say(formatBadRows(data.summary, output.paint));
  const plan = makePlan({ ...input, data: data.summary });
  if (!plan.fits) return refuse(plan, output);
  output.say(`${formatPlan(plan, output.paint)}\n`);

  const run = createRun({
    root: runsRoot(options.runsDir),
    recipe: input.recipe,
    plan,
    addData: (folder) => linkData(data, folder),
  });
  return launchAndFollow(run, { python, detach: options.detach }, output);
}

function showPlan(plan: Plan, output: Output): number {
  output.emit(plan);
  if (!output.json) output.say(formatPlan(plan, output.paint));
  return plan.fits ? exitCodes.done : exitCodes.refused;
}

/** People see the whole plan with every problem in it; programs get the first that stands in the way. */
function refuse(plan: Plan, output: Output): number {
  output.say(formatPlan(plan, output.paint));
  const problem = plan.problems.find(({ severity }) => severity === 'error');
  if (problem) output.emit({ type: 'error', code: problem.code, message: problem.message, fix: problem.fix });
  return exitCodes.refused;
}

/** What a plan can do without and a training cannot. */
function requireTrainable({ model, datasets }: PlanInput): void {
  if (model.path === null && model.checkpointBytes === null) {
    throw new UserError(
      'no-weights',
      `${model.source} is a shape for planning; there are no weights behind it.`,
      'Give --model a folder with the model, or its hub id.',
    );
  }
  if (datasets.length === 0) {
    throw new UserError(
      'dataset-missing',
      'There is nothing to train on: no dataset is named.',
      'Name a JSON or JSONL file with --dataset.',
    );
  }
}
