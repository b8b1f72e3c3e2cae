import { existsSync, readdirSync, statSync } from 'node:fs';
import { exitCodes, UserError } from '../errors.ts';
import type { PlanInput } from '../plan/input.ts';
import { makePlan } from '../plan/plan.ts';
import type { Plan } from '../plan/schema.ts';
import { isMissing, questions } from '../recipe/questions.ts';
import type { Recipe } from '../recipe/schema.ts';
import { type InspectedData, inspectData, linkData } from '../run/data-cache.ts';
import { dataRequest } from '../run/data-request.ts';
import { createRun, runsRoot } from '../run/directory.ts';
import { findEnvironment } from '../run/environment/environment.ts';
import { canAsk } from './asking.ts';
import { cardsInUse, launchAndFollow, prepareEnvironment } from './launching.ts';
import type { ScreenChoice } from './monitor.ts';
import type { Output } from './output.ts';
import { type CardOptions, gatherPlanInput } from './planning.ts';
import { draftRecipe, type RecipeOptions } from './recipe-options.ts';
import { tellPlan } from './tell-plan.ts';
import { formatBadRows } from './text/data.ts';
import { formatPlan } from './text/plan.ts';

export interface TrainOptions extends RecipeOptions, CardOptions, ScreenChoice {
  python?: string;
  runsDir?: string;
  dryRun?: boolean;
  detach?: boolean;
  json?: boolean;
}

/** `ft-wizard --preset ...`: detect, plan, check, launch and follow. Nothing is left behind by a training that a check refuses. */
export async function train(options: TrainOptions, output: Output): Promise<number> {
  const draft = canAsk(options) ? draftRecipe(options).draft : null;
  if (draft && questions.some((question) => isMissing(question, draft))) {
    const { wizard } = await import('./wizard.ts');
    return wizard(options, draft, output);
  }
  const { input, notes } = await gatherPlanInput(options, options.dryRun ? 'dry-run' : 'run');
  for (const note of notes) output.say(note);
  if (options.dryRun) return dryRun(input, options, output);
  requireTrainable(input);
  requireNewOutput(input.recipe);
  const rough = makePlan(input);
  // What cannot fit is refused before gigabytes of Python packages are fetched for it.
  if (!rough.fits) return refuse(rough, output);

  const { python } = await prepareEnvironment(rough, input.cards, options, output);
  const data = await readData(python, input, output);
  const plan = makePlan({ ...input, data: data.summary });
  if (!plan.fits) return refuse(plan, output);
  output.say(`${formatPlan(plan, output.paint, { columns: output.columns })}\n`);

  const run = createRun({
    root: runsRoot(options.runsDir),
    recipe: input.recipe,
    plan,
    addData: (folder) => linkData(data, folder),
  });
  return launchAndFollow(run, { ...options, python }, output);
}

/** Reads the dataset as well where that takes no more than is here: a Python that is ready, a model with a tokenizer. */
async function dryRun(input: PlanInput, options: TrainOptions, output: Output): Promise<number> {
  const draft = makePlan(input);
  const python = options.python ?? findEnvironment(cardsInUse(draft, input.cards))?.python;
  const readable = python !== undefined && input.datasets.length > 0 && canTrain(input);
  const known = readable ? { ...input, data: (await readData(python, input, output)).summary } : input;
  const plan = readable ? makePlan(known) : draft;
  await tellPlan(plan, known, output);
  return plan.fits ? exitCodes.done : exitCodes.refused;
}

async function readData(python: string, input: PlanInput, output: Output): Promise<InspectedData> {
  output.status('Reading the dataset');
  const data = await inspectData(python, await dataRequest(input));
  output.status(null);
  if (data.summary.badRows.length > 0) output.say(formatBadRows(data.summary, output.paint));
  return data;
}

/** People see the whole plan with every problem in it; programs get the first that stands in the way. */
export function refuse(plan: Plan, output: Output): number {
  output.say(formatPlan(plan, output.paint, { columns: output.columns }));
  const problem = plan.problems.find(({ severity }) => severity === 'error');
  if (problem) output.emit({ type: 'error', code: problem.code, message: problem.message, fix: problem.fix });
  return exitCodes.refused;
}

/** What a plan can do without and a training cannot. */
export function requireTrainable(input: PlanInput): void {
  if (!canTrain(input)) {
    throw new UserError('no-weights', { model: input.model.source });
  }
  if (input.datasets.length === 0 && input.recipe.weights === 'load') {
    throw new UserError('dataset-missing', null);
  }
}

/** Nothing of the user's is overwritten: a result goes to a folder of its own. */
export function requireNewOutput({ output }: Recipe): void {
  if (output === undefined || !existsSync(output)) return;
  if (statSync(output).isDirectory() && readdirSync(output).length === 0) return;
  throw new UserError('output-exists', { output });
}

/** On disk or on the hub; a name of the catalogue is a shape alone. */
function canTrain({ model, recipe }: PlanInput): boolean {
  return recipe.weights === 'random' || model.path !== null || model.checkpointBytes !== null;
}
