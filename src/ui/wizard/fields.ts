import { UserError } from '../../errors.ts';
import type { RecipeDraft } from '../../recipe/parse.ts';
import { parseRecipe } from '../../recipe/parse.ts';
import { fieldOf, withField } from '../../recipe/questions.ts';
import { applySettings } from '../../recipe/settings.ts';
import { formatRate } from './panels/words.ts';

/** Values that one steps through with the arrow keys; any other that the recipe allows can be written. */
const ladders: Record<string, readonly (number | string | boolean)[]> = {
  'lora.rank': [4, 8, 16, 32, 64, 128, 256, 512],
  'lora.targets': ['qv', 'all-linear'],
  'lora.alpha': [8, 16, 32, 64, 128, 256, 512, 1024],
  'lora.dropout': [0, 0.05, 0.1, 0.2],
  'freeze.layers': [1, 2, 3, 4, 6, 8, 12, 16, 24, 32],
  cutoffLength: [128, 256, 512, 1024, 2048, 4096, 8192, 16384],
  batchSize: [4, 8, 16, 24, 32, 48, 64, 96, 128, 256],
  microBatchSize: [1, 2, 4, 8, 16],
  epochs: [1, 2, 3, 4, 5, 8, 10, 20],
  learningRate: [1e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 3e-4, 5e-4, 1e-3, 2e-3],
  template: ['auto', 'alpaca', 'tigerbot', 'chatml', 'llama2'],
  packing: [false, true],
  groupByLength: [false, true],
  evalRatio: [0, 0.01, 0.02, 0.05, 0.1],
  scheduler: ['cosine', 'linear', 'constant'],
  warmupRatio: [0, 0.01, 0.03, 0.05, 0.1],
  weightDecay: [0, 0.01, 0.05, 0.1],
  maxGradNorm: [0.3, 0.5, 1, 2, 5],
  checkpointing: ['auto', 'none', 'full'],
  schedule: ['1f1b', 'gpipe', 'naive'],
  dataParallel: [1, 2, 3, 4, 8],
  transport: ['auto', 'nccl', 'host'],
  saveSteps: [10, 20, 50, 100, 200, 500, 1000, 2000],
  seed: [0, 1, 2, 3, 42, 1234],
};

/** What a field holds, defaults filled in; and what it would hold if nobody said anything. */
export function settingOf(draft: RecipeDraft, field: string): { value: unknown; usual: unknown } {
  const complete = (input: RecipeDraft) => parseRecipe({ model: '-', ...input }, 'the answers');
  return {
    value: fieldOf(complete(draft), field),
    usual: fieldOf(complete(withField(draft, field, undefined)), field),
  };
}

/** The value above (1) or below (-1) the present one; the present one where there is none. */
export function stepValue(field: string, value: unknown, by: 1 | -1): unknown {
  const ladder = ladders[field] ?? [];
  if (typeof value === 'number') {
    const numbers = ladder as readonly number[];
    return (
      (by > 0 ? numbers.find((each) => each > value) : numbers.findLast((each) => each < value)) ?? value
    );
  }
  const index = ladder.indexOf(value as string | boolean);
  return ladder[index < 0 ? 0 : index + by] ?? value;
}

/** The draft with another value. An alpha that was twice the rank stays so: it is what keeps the adapters' weight the same. */
export function withSetting(draft: RecipeDraft, field: string, value: unknown): RecipeDraft {
  const changed = withField(draft, field, value);
  if (field !== 'lora.rank') return changed;
  const rank = settingOf(draft, 'lora.rank').value;
  const alpha = settingOf(draft, 'lora.alpha').value;
  return alpha === 2 * Number(rank) ? withField(changed, 'lora.alpha', 2 * Number(value)) : changed;
}

/** What was written for a field. @throws UserError saying what is allowed */
export function writtenValue(draft: RecipeDraft, field: string, text: string): unknown {
  try {
    return fieldOf(applySettings(draft, [`${field}=${text.trim()}`]), field);
  } catch (error) {
    // Nobody has written `--set` here.
    const about = error instanceof UserError ? error.aboutOf('setting-invalid') : undefined;
    throw about ? new UserError('setting-invalid/asked', about) : error;
  }
}

/** A value as people read it. */
export function formatValue(field: string, value: unknown): string {
  if (field === 'learningRate') return formatRate(Number(value));
  return [value].flat().join(',');
}
