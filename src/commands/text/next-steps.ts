import type { Plan } from '../../plan/schema.ts';
import type { Paint } from './paint.ts';
import { indent } from './table.ts';

/** What to do with a finished run: talk to it, find it, load it elsewhere. */
export function formatNextSteps(
  { runId, plan, result, program }: { runId: string; plan: Plan; result: string; program: string },
  paint: Paint,
): string {
  const what = plan.training.method === 'lora' ? 'The adapter' : 'The model';
  return [
    paint('bold', 'What next'),
    `  Talk to it:  ${program} chat ${runId}`,
    `  ${what} is in ${result}; in Python:`,
    indent(loadingCode(plan, result), 4),
  ].join('\n');
}

function loadingCode({ training, model }: Plan, result: string): string {
  if (training.method === 'freeze') {
    return [
      'from transformers import AutoModelForCausalLM',
      `model = AutoModelForCausalLM.from_pretrained(${pythonString(result)})`,
    ].join('\n');
  }
  return [
    'from transformers import AutoModelForCausalLM',
    'from peft import PeftModel',
    `base = AutoModelForCausalLM.from_pretrained(${pythonString(model.path ?? model.source)})`,
    `model = PeftModel.from_pretrained(base, ${pythonString(result)})`,
  ].join('\n');
}

/** A JSON string is a Python string too. */
const pythonString = (text: string) => JSON.stringify(text);
