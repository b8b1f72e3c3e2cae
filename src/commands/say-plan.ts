import { splitFigures } from '../plan/figures.ts';
import type { PlanInput } from '../plan/input.ts';
import type { Plan } from '../plan/schema.ts';
import type { Output } from './output.ts';
import { formatPlan } from './text/plan.ts';

/** Tells people about a plan: what goes where as a picture on a terminal, and as a table in a log and for a screen reader. */
export async function sayPlan(plan: Plan, input: PlanInput, output: Output): Promise<void> {
  const { paint, columns } = output;
  output.say(formatPlan(plan, paint, { picture: await drawPlan(input, output), columns }));
}

async function drawPlan(input: PlanInput, { columns }: Output): Promise<string | null> {
  if (columns === null || process.env.INK_SCREEN_READER === 'true') return null;
  const { leastColumns, pictureText } = await import('../ui/components/plan-picture/text.ts');
  return columns < leastColumns ? null : pictureText(splitFigures(input), columns, 'en', process.env);
}
