import { splitFigures } from '../plan/figures.ts';
import type { PlanInput } from '../plan/input.ts';
import type { Plan } from '../plan/schema.ts';
import { answerWhatIf } from '../plan/what-if.ts';
import type { Output } from './output.ts';
import { formatPlan } from './text/plan.ts';

/**
 * Answers what would be: the plan and what else there is to choose. What goes where is a picture on a terminal, and a table in a log and
 * for a screen reader.
 */
export async function tellPlan(plan: Plan, input: PlanInput, output: Output): Promise<void> {
  const { paint, columns } = output;
  const answer = await answerWhatIf(input, plan);
  output.emit(answer);
  if (output.json) return;
  output.say(formatPlan(plan, paint, { picture: await drawPlan(input, output), answer, columns }));
}

async function drawPlan(input: PlanInput, { columns }: Output): Promise<string | null> {
  if (columns === null || process.env.INK_SCREEN_READER === 'true') return null;
  const { leastColumns, pictureText } = await import('../ui/components/plan-picture/text.ts');
  return columns < leastColumns ? null : pictureText(splitFigures(input), columns, 'en', process.env);
}
