import type { Reason } from '../../recipe/llama-factory/differences.ts';
import type { Translation } from '../../recipe/llama-factory/translate.ts';
import type { Paint } from './paint.ts';
import { paragraph } from './paragraph.ts';
import { formatTable, indent } from './table.ts';

/** What became of a LLaMA-Factory file: every argument of it is in one of the three parts. */
export function tellTranslation(
  { taken, differences, unneeded }: Omit<Translation, 'recipe'>,
  columns: number | null,
  paint: Paint,
): string {
  const values = taken.map(({ value }) => [value].flat().map(String));
  const settings = taken.map(({ setting, from, isDefault }, index) => [
    setting,
    isLong(values[index]!) ? '' : values[index]!.join(),
    isDefault ? `LLaMA-Factory's default of ${from[0]}` : from.join(', '),
  ]);
  const [head, ...rows] = formatTable(['setting', 'value', 'from'], settings, [], paint).split('\n');
  const lines = rows.flatMap((row, index) => {
    const value = values[index]!;
    return isLong(value) ? [row, ...value.map((part) => `  ${part}`)] : [row];
  });
  const parts = [indent([head, ...lines].join('\n'))];
  if (differences.length > 0) {
    const lines = differences.map(({ argument, value, reason }) =>
      paragraph(`  ${argument}: ${value}  `, reasons[reason], columns),
    );
    parts.push([paint('bold', 'Otherwise than in LLaMA-Factory:'), ...lines].join('\n'));
  }
  if (unneeded.length > 0) parts.push(paragraph('Of no matter here: ', `${unneeded.join(', ')}.`, columns));
  return parts.join('\n\n');
}

/** Paths and ids, which would widen the column for all others, stand below their setting. */
const isLong = (value: string[]) => value.join().length > 20;

const reasons: Record<Reason, string> = {
  'all-rows': 'All rows are trained on.',
  'alpaca-without-preamble': 'There is no sentence in front of the instruction.',
  'answers-only': 'All answers are trained on, and no prompts.',
  'batch-of-one-process':
    'LLaMA-Factory takes as many in each of its processes, one a card; with N of them set batchSize to N times as much.',
  clipped: 'Gradients are always clipped, at 1 by default (maxGradNorm).',
  'dataset-columns':
    'Rows have columns or roles of other names than instruction and output, conversations or messages.',
  'dataset-format': 'Rows are alpaca, sharegpt or OpenAI messages here.',
  'dataset-no-json': 'A dataset is a JSON or JSONL file here.',
  'dataset-of-a-hub': 'It lies on a hub. Download it, and give the file with --dataset.',
  'dataset-of-preferences': 'Its rows are for ranking answers.',
  'evaluated-when-saved': 'Rows held out are evaluated whenever a checkpoint is saved (saveSteps).',
  'every-module': 'Whole layers at the end are trained, and nothing else.',
  'linear-scheduler': 'The rate falls linearly; there are cosine, linear and constant.',
  'model-as-it-is': 'The model is taken as it is.',
  'new-adapter': 'Training begins with the model alone.',
  'no-dataset-list': 'Its dataset_info.json is not found from here. Give the files with --dataset.',
  'no-remote-code': 'Code that comes with a model is never run; its architecture must be one that is known.',
  'not-quantized': 'Weights are not quantized: they take 2 bytes a parameter, spread over the cards.',
  'one-dataset-after-another': 'All rows of all datasets are shuffled together anew in every epoch.',
  'output-in-use':
    'There are files in it. The result goes to the run directory; set output to a folder of its own.',
  'own-template': "The tokenizer's own chat template is used; set template to another by name.",
  'packed-apart':
    'Samples that share a row do not see each other (neat_packing), and batchSize counts samples, not rows: give it as many as rows had.',
  'plain-adamw': 'The optimizer is AdamW in fp32.',
  'plain-lora': 'Plain LoRA is trained.',
  'plain-loss': 'The loss is plain cross-entropy.',
  'saved-by-steps': 'Checkpoints are saved every so many steps (saveSteps).',
  'share-held-out': 'What is held out is a share of the rows: set evalRatio.',
  'share-of-warm-up': 'Warm-up is a share of the steps: set warmupRatio.',
  'single-dataset': 'No other dataset is evaluated; evalRatio holds out rows of this one.',
  'trained-to-the-end': 'The result is that of the last step.',
  'trains-in-fp32': 'What is trained is kept in fp32.',
  unknown: 'It is not known here, and nothing is done about it.',
  'unknown-dataset': 'dataset_info.json has no such dataset.',
};
