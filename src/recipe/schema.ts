import { z } from 'zod';

/**
 * The recipe: what the user wants, before anything is known about their cards. One schema serves presets, `recipe.json`,
 * and `--set`; the planner turns it into a plan (`src/plan/schema.ts`) in which nothing is left open.
 *
 * Defaults are those of published practice for supervised fine-tuning, so that an untouched recipe is a sound one: LoRA on every
 * linear layer and the constant-like rates of QLoRA (Dettmers et al. 2023: all linears matter more than rank; 2e-4 up to 13B;
 * dropout 0.05 at that size), alpha = 2 x rank as LLaMA-Factory and most published adapters have it, AdamW's own betas,
 * cosine with 3 % warm-up and clipping at 1 as in Stanford Alpaca and the Hugging Face alignment handbook.
 */

const positiveInt = z.int().positive();
const fraction = z.number().min(0).max(1);

export const templateName = z
  .string()
  .min(1)
  .describe('"auto" for the tokenizer\'s own chat template, or a name: alpaca, tigerbot, chatml, llama2');

export const recipeSchema = z.strictObject({
  model: z
    .string()
    .min(1)
    .describe(
      'Local folder, hub id, or (for planning and random weights) a catalogue shape such as llama2-13b',
    ),
  dataset: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .describe(
      'Path of a JSON/JSONL file, or "demo"; an array is concatenated in order. With random weights it may be absent, or a ' +
        'JSON file {"lengths": [...]}: rows of random tokens, at cutoffLength or as long as listed',
    ),
  weights: z
    .enum(['load', 'random'])
    .default('load')
    .describe('random: of the model only its shape is used, to measure what a training costs; no result'),
  template: templateName.default('auto'),
  method: z.enum(['lora', 'freeze']).default('lora'),
  lora: z
    .strictObject({
      rank: positiveInt.max(4096).default(16),
      alpha: z.number().positive().default(32),
      dropout: z.number().min(0).lt(1).default(0.05),
      targets: z
        .union([z.enum(['qv', 'all-linear']), z.array(z.string().min(1)).min(1)])
        .default('all-linear')
        .describe('"qv", "all-linear", or module names; roles are mapped per architecture'),
    })
    .prefault({}),
  freeze: z
    .strictObject({ layers: positiveInt.default(2).describe('How many of the last layers are trained') })
    .prefault({}),
  precision: z.enum(['auto', 'fp16', 'bf16', 'fp32']).default('auto'),
  cutoffLength: positiveInt.min(8).default(1024).describe('Tokens; longer samples are truncated'),
  batchSize: positiveInt
    // Enough micro-batches to keep a pipeline of two cards 94 % and of four 84 % busy.
    .default(16)
    .describe(
      'Samples per optimizer step over all replicas; without packing = micro-batches x microBatchSize x dataParallel',
    ),
  microBatchSize: positiveInt
    .default(1)
    .describe('Rows at once on a card: samples, or with packing packed rows'),
  packing: z
    .boolean()
    .default(false)
    .describe('Samples share rows without seeing each other; the same training with less padding'),
  groupByLength: z
    .boolean()
    .default(false)
    .describe(
      'Samples of similar length share a step: less padding, but steps less mixed; nothing with packing',
    ),
  epochs: z.number().positive().default(3),
  maxSteps: positiveInt.optional().describe('Optimizer steps; overrides epochs'),
  optimizer: z
    .strictObject({
      beta1: z.number().min(0).lt(1).default(0.9),
      beta2: z.number().min(0).lt(1).default(0.999),
      eps: z.number().positive().default(1e-8),
    })
    .prefault({}),
  // The rate for LoRA; whole layers need a tenth of it, which `parseRecipe` fills in for `freeze`.
  learningRate: z.number().positive().default(2e-4).describe('Peak; 2e-5 by default with method freeze'),
  scheduler: z.enum(['cosine', 'linear', 'constant']).default('cosine'),
  warmupRatio: fraction.default(0.03),
  weightDecay: z.number().min(0).default(0),
  maxGradNorm: z.number().positive().default(1),
  checkpointing: z.enum(['auto', 'none', 'full']).default('auto').describe('Activation checkpointing'),
  schedule: z.enum(['1f1b', 'gpipe', 'naive']).default('1f1b'),
  cudaGraphs: z
    .enum(['auto', 'off'])
    .default('auto')
    .describe('Replay passes as CUDA graphs where rows are of one length (packing) and memory allows'),
  split: z
    .string()
    .regex(/^(auto|[1-9]\d*(,[1-9]\d*)*)$/)
    .describe('"auto", or layers per stage such as "20,20"; without cards also the number of CPU ranks')
    .default('auto'),
  dataParallel: positiveInt.default(1).describe('Replicas of the whole pipeline'),
  transport: z.enum(['auto', 'nccl', 'host']).default('auto'),
  saveSteps: positiveInt.default(200).describe('Optimizer steps between checkpoints'),
  evalRatio: z.number().min(0).lt(1).default(0).describe('Share of the rows held out for evaluation'),
  seed: z.int().min(0).default(42),
  prompts: z
    .array(z.string().min(1))
    .max(8)
    .default([])
    .describe('Questions answered with and without the training when it has finished'),
  output: z
    .string()
    .min(1)
    .optional()
    .describe('Folder for the result; default is output/ of the run directory'),
});

/** A recipe with every default filled in. */
export type Recipe = z.infer<typeof recipeSchema>;
/** A recipe as people write it: everything but `model` may be absent. */
export type RecipeInput = z.input<typeof recipeSchema>;
