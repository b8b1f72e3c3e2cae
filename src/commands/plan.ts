import { exitCodes } from '../errors.ts';
import { makePlan } from '../plan/plan.ts';
import type { Output } from './output.ts';
import { type CardOptions, gatherPlanInput } from './planning.ts';
import type { RecipeOptions } from './recipe-options.ts';
import { tellPlan } from './tell-plan.ts';

/** `plan`: a what-if that starts nothing and needs neither cards nor Python. */
export async function planCommand(options: RecipeOptions & CardOptions, output: Output): Promise<number> {
  const { input, notes } = await gatherPlanInput(options, 'what-if');
  const plan = makePlan(input);
  if (!output.json) for (const note of notes) output.say(note);
  await tellPlan(plan, input, output);
  return plan.fits ? exitCodes.done : exitCodes.refused;
}
