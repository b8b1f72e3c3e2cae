import { UserError } from '../../errors.ts';
import { quote } from '../fields.ts';
import type { RecipeDraft } from '../parse.ts';
import { withField } from '../questions.ts';
import type { Arguments } from './arguments.ts';
import type { FoundDatasets } from './datasets.ts';
import { type Difference, type Reason, unanswered, unneeded } from './differences.ts';

/** A setting, and the arguments that it comes from; LLaMA-Factory's default where the file has none of them. */
export interface Taken {
  setting: string;
  value: unknown;
  from: string[];
  isDefault: boolean;
}

export interface Translation {
  recipe: RecipeDraft;
  taken: Taken[];
  /** What is trained otherwise than LLaMA-Factory would. */
  differences: Difference[];
  /** Arguments of the file that do not matter here. */
  unneeded: string[];
}

/** What the file names, found on this machine. */
export interface Places {
  model: string;
  datasets: FoundDatasets;
  /** Absolute; undefined where the file has none, null where results cannot go there. */
  output: string | null | undefined;
}

/** Templates by LLaMA-Factory's names that mean the same here. */
const sameTemplates = ['alpaca', 'chatml', 'llama2'];

const schedulers: Record<string, 'cosine' | 'linear' | 'constant'> = {
  constant: 'constant',
  constant_with_warmup: 'constant',
  cosine: 'cosine',
  linear: 'linear',
};

/**
 * What the arguments mean as a recipe. What they leave open takes LLaMA-Factory's default (src/llamafactory/hparams there, and
 * `TrainingArguments` of transformers), not ours, so that the same is trained.
 *
 * @throws UserError `bad-llama-factory` where nothing here trains what it asks for, or a value is none
 */
export function translate(args: Arguments, { model, datasets, output }: Places): Translation {
  refuseOthers(args);
  const taken: Taken[] = [];
  const differences: Difference[] = [...datasets.differences];
  const take = (setting: string, value: unknown, ...from: string[]) => {
    if (value !== undefined)
      taken.push({ setting, value, from, isDefault: !from.some((name) => args.has(name)) });
  };
  const differ = (argument: string, reason: Reason) => {
    differences.push({ argument, value: quote(args.value(argument)), reason });
  };

  take('model', model, 'model_name_or_path');
  const [file, ...more] = datasets.files;
  take('dataset', more.length > 0 ? datasets.files : file, 'dataset');
  takeTemplate(args, take, differ);
  takeMethod(args, take, differ);
  takePrecision(args, take, differ);
  take('cutoffLength', args.number('cutoff_len') ?? 2048, 'cutoff_len');
  takeBatches(args, take, differ);
  takeLength(args, take);
  takeOptimizer(args, take, differ);
  takeSchedule(args, take, differ);
  takeRest(args, take, differ);
  if (output === null) differ('output_dir', 'output-in-use');
  else take('output', output, 'output_dir');

  for (const [argument, value] of args.rest()) {
    if (unneeded.test(argument)) continue;
    differences.push({ argument, value: quote(value), reason: unanswered[argument] ?? 'unknown' });
  }
  return {
    recipe: taken.reduce<RecipeDraft>((recipe, { setting, value }) => withField(recipe, setting, value), {}),
    taken,
    differences,
    unneeded: args.rest().flatMap(([argument]) => (unneeded.test(argument) ? [argument] : [])),
  };
}

type Take = (setting: string, value: unknown, ...from: string[]) => void;
type Differ = (argument: string, reason: Reason) => void;

/** What is another kind of training altogether. */
function refuseOthers(args: Arguments): void {
  const { file } = args;
  const stage = args.text('stage') ?? 'sft';
  if (stage !== 'sft') throw new UserError('bad-llama-factory/stage', { file, stage: quote(stage) });
  const method = args.text('finetuning_type') ?? 'lora';
  if (method !== 'lora' && method !== 'freeze') {
    throw new UserError('bad-llama-factory/method', { file, method: quote(method) });
  }
}

function takeTemplate(args: Arguments, take: Take, differ: Differ): void {
  const name = args.text('template');
  if (name !== undefined && sameTemplates.includes(name)) {
    take('template', name, 'template');
    if (name === 'alpaca') differ('template', 'alpaca-without-preamble');
    return;
  }
  take('template', 'auto', 'template');
  if (name !== undefined) differ('template', 'own-template');
}

function takeMethod(args: Arguments, take: Take, differ: Differ): void {
  const method = args.text('finetuning_type') ?? 'lora';
  take('method', method, 'finetuning_type');
  // Of either method, so that what is written of the other is not told as unknown.
  const layers = ['freeze_trainable_layers', 'num_layer_trainable'].map((name) => args.number(name));
  const modules = ['freeze_trainable_modules', 'name_module_trainable'].filter((name) => {
    const names = args.names(name);
    return names && names.join() !== 'all';
  });
  const rank = args.number('lora_rank') ?? 8;
  const alpha = args.number('lora_alpha') ?? 2 * rank;
  const dropout = args.number('lora_dropout') ?? 0;
  const targets = args.names('lora_target') ?? ['all'];
  const isStabilized = args.flag('use_rslora') === true;
  if (method === 'freeze') {
    const count = layers.find((number) => number !== undefined) ?? 2;
    if (count < 1) throw new UserError('bad-llama-factory/layers', { file: args.file, layers: count });
    take('freeze.layers', count, 'freeze_trainable_layers', 'num_layer_trainable');
    for (const name of modules) differ(name, 'every-module');
    return;
  }
  take('lora.rank', rank, 'lora_rank');
  // Rank-stabilized LoRA divides by the root of the rank, LoRA by the rank (Kalajdzievski 2023): the same with another alpha.
  take(
    'lora.alpha',
    isStabilized ? alpha * Math.sqrt(rank) : alpha,
    'lora_alpha',
    ...(isStabilized ? ['use_rslora'] : []),
  );
  take('lora.dropout', dropout, 'lora_dropout');
  take('lora.targets', targets.join() === 'all' ? 'all-linear' : targets, 'lora_target');
}

function takePrecision(args: Arguments, take: Take, differ: Differ): void {
  const isPure = args.flag('pure_bf16') === true;
  const isBf16 = args.flag('bf16') === true;
  const isFp16 = args.flag('fp16') === true;
  if (isPure) differ('pure_bf16', 'trains-in-fp32');
  const precision = isPure || isBf16 ? 'bf16' : isFp16 ? 'fp16' : 'auto';
  take('precision', precision, isPure ? 'pure_bf16' : isFp16 && !isBf16 ? 'fp16' : 'bf16');
}

function takeBatches(args: Arguments, take: Take, differ: Differ): void {
  const perDevice = args.number('per_device_train_batch_size') ?? 8;
  const accumulated = args.number('gradient_accumulation_steps') ?? 1;
  take('batchSize', perDevice * accumulated, 'per_device_train_batch_size', 'gradient_accumulation_steps');
  const named = ['per_device_train_batch_size', 'gradient_accumulation_steps'].find((name) => args.has(name));
  if (named) differ(named, 'batch-of-one-process');
  const isNeat = args.flag('neat_packing') === true;
  const isPacked = args.flag('packing') === true;
  take('packing', isNeat || isPacked, 'packing', 'neat_packing');
  if (isNeat || isPacked) differ(isPacked ? 'packing' : 'neat_packing', 'packed-apart');
  const isGrouped = args.flag('group_by_length');
  if (isGrouped) take('groupByLength', true, 'group_by_length');
}

function takeLength(args: Arguments, take: Take): void {
  take('epochs', args.number('num_train_epochs') ?? 3, 'num_train_epochs');
  const steps = args.number('max_steps') ?? -1;
  if (steps > 0) take('maxSteps', steps, 'max_steps');
}

function takeOptimizer(args: Arguments, take: Take, differ: Differ): void {
  take('optimizer.beta1', args.number('adam_beta1') ?? 0.9, 'adam_beta1');
  take('optimizer.beta2', args.number('adam_beta2') ?? 0.999, 'adam_beta2');
  take('optimizer.eps', args.number('adam_epsilon') ?? 1e-8, 'adam_epsilon');
  take('weightDecay', args.number('weight_decay') ?? 0, 'weight_decay');
  const clip = args.number('max_grad_norm') ?? 1;
  if (clip > 0) take('maxGradNorm', clip, 'max_grad_norm');
  else differ('max_grad_norm', 'clipped');
  const optimizer = args.text('optim');
  if (optimizer !== undefined && !/^adamw_(torch|hf|torch_fused)$/.test(optimizer))
    differ('optim', 'plain-adamw');
}

function takeSchedule(args: Arguments, take: Take, differ: Differ): void {
  take('learningRate', args.number('learning_rate') ?? 5e-5, 'learning_rate');
  const name = args.text('lr_scheduler_type') ?? 'linear';
  const scheduler = schedulers[name];
  take('scheduler', scheduler ?? 'linear', 'lr_scheduler_type');
  if (!scheduler) differ('lr_scheduler_type', 'linear-scheduler');

  const ratio = args.number('warmup_ratio') ?? 0;
  const steps = args.number('warmup_steps') ?? 0;
  const total = args.number('max_steps') ?? -1;
  // transformers lets steps override the ratio, and takes less than one step for a ratio; `constant` is without warm-up.
  if (name === 'constant') take('warmupRatio', 0, 'lr_scheduler_type');
  else if (steps > 0 && steps < 1) take('warmupRatio', steps, 'warmup_steps');
  else if (steps > 0 && total > 0)
    take('warmupRatio', Math.min(1, steps / total), 'warmup_steps', 'max_steps');
  else {
    take('warmupRatio', ratio, 'warmup_ratio');
    if (steps > 0) differ('warmup_steps', 'share-of-warm-up');
  }
}

function takeRest(args: Arguments, take: Take, differ: Differ): void {
  if (args.flag('disable_gradient_checkpointing'))
    take('checkpointing', 'none', 'disable_gradient_checkpointing');
  const save = args.number('save_steps') ?? 500;
  const strategy = args.text('save_strategy') ?? 'steps';
  const isInSteps = save >= 1 && strategy === 'steps';
  if (isInSteps) take('saveSteps', save, 'save_steps');
  else differ(strategy === 'steps' ? 'save_steps' : 'save_strategy', 'saved-by-steps');
  const held = args.number('val_size') ?? 0;
  if (held < 1) take('evalRatio', held, 'val_size');
  else differ('val_size', 'share-held-out');
  const evaluated = args.number('eval_steps');
  if (held > 0 && evaluated !== undefined && evaluated !== save) differ('eval_steps', 'evaluated-when-saved');
  take('seed', args.number('seed') ?? 42, 'seed');
  if ((args.text('model_revision') ?? 'main') !== 'main') differ('model_revision', 'model-as-it-is');
  if ((args.text('mix_strategy') ?? 'concat') !== 'concat')
    differ('mix_strategy', 'one-dataset-after-another');
}
