import { z } from 'zod';

/** The plan: what will be done. Fully resolved; the trainer obeys it and decides nothing. */

const count = z.int().min(0);
const positiveInt = z.int().positive();

export const precisionSchema = z.enum(['fp16', 'bf16', 'fp32']);
export const scheduleSchema = z.enum(['1f1b', 'gpipe', 'naive']);

/** Bytes on one card by kind; `predictedBytes` of a stage is their sum. */
export const breakdownSchema = z.strictObject({
  weights: count.describe('Frozen parameters in the storage precision'),
  trainables: count.describe('Trained parameters, fp32'),
  gradients: count.describe('fp32'),
  optimizer: count.describe('Adam moments, fp32'),
  activations: count.describe('Kept for backward over all micro-batches in flight; estimate'),
  logits: count.describe('Loss over the vocabulary, last stage; estimate'),
  buffers: count.describe('Boundary tensors the schedule preallocates'),
  context: count.describe('CUDA context and allocator slack; estimate'),
  communicator: count.describe('NCCL; 0 with host transport; estimate'),
  surplus: count.default(0).describe('What a rehearsal on these cards has shown beyond the estimates'),
});

export const stageSchema = z.strictObject({
  gpu: count.describe('Index of the card in the box, of the first replica'),
  name: z.string(),
  layers: z.tuple([count, count]).describe('Half-open'),
  inFlight: positiveInt.describe('Micro-batches whose activations it holds at once'),
  capacityBytes: count,
  predictedBytes: count,
  breakdown: breakdownSchema,
});

export const rankSchema = z.strictObject({
  rank: count,
  host: z.string(),
  replica: count,
  stage: count,
  gpu: z
    .strictObject({
      uuid: z.string(),
      index: count,
      name: z.string(),
      emulated: z
        .strictObject({
          memoryLimitBytes: positiveInt.describe('What the rank may allocate on the card it shares'),
          smPercent: z
            .int()
            .min(1)
            .max(100)
            .nullable()
            .describe('Its share of the multiprocessors (CUDA MPS)'),
        })
        .optional()
        .describe('Where the card stands in for a smaller one'),
    })
    .nullable()
    .describe('null where no card is planned for: a CPU rank'),
});

export const problemSchema = z.strictObject({
  code: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  fix: z.string(),
});

export const planSchema = z.strictObject({
  version: z.literal(1),
  fits: z.boolean().describe('False when a problem of severity error stands'),
  device: z.enum(['cuda', 'cpu']).describe('Where the ranks execute'),
  precision: z.strictObject({ value: precisionSchema, reason: z.string() }),
  schedule: scheduleSchema,
  microBatches: positiveInt.describe(
    'Per replica and optimizer step; with packing the number to be expected, for it varies with the lengths of the samples',
  ),
  microBatchSize: positiveInt.describe('Rows'),
  packedLength: positiveInt
    .nullable()
    .describe(
      'Tokens of a row in which samples stand one after another; null where each has a row of its own',
    ),
  graphedLength: positiveInt
    .nullable()
    .describe('Tokens of every row, for which the passes are captured as CUDA graphs; null without graphs'),
  dataParallel: positiveInt,
  transport: z.enum(['nccl', 'host']),
  checkpointing: z.enum(['none', 'full']),
  stages: z.array(stageSchema).min(1),
  ranks: z.array(rankSchema).min(1),
  model: z.strictObject({
    source: z.string(),
    path: z
      .string()
      .nullable()
      .describe('Absolute folder; null while it must still be downloaded, or is only a shape'),
    weights: z.enum(['load', 'random']),
    config: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('config.json of a model whose weights are random; null where it is read beside the weights'),
    architecture: z.string(),
    layers: positiveInt,
    hiddenSize: positiveInt,
    attention: z.enum(['sdpa', 'eager']),
  }),
  training: z.strictObject({
    method: z.enum(['lora', 'freeze']),
    lora: z
      .strictObject({
        rank: positiveInt,
        alpha: z.number(),
        dropout: z.number(),
        targets: z
          .array(z.string())
          .min(1)
          .describe('Module names, roles resolved for the architecture, e.g. q_proj'),
      })
      .nullable(),
    freeze: z.strictObject({ layers: positiveInt }).nullable(),
    datasets: z.array(z.string()).describe('Absolute paths'),
    template: z.string(),
    cutoffLength: positiveInt,
    batchSize: positiveInt,
    groupByLength: z.boolean(),
    epochs: z.number(),
    maxSteps: positiveInt.nullable(),
    optimizer: z.strictObject({ beta1: z.number(), beta2: z.number(), eps: z.number() }),
    learningRate: z.number(),
    scheduler: z.enum(['cosine', 'linear', 'constant']),
    warmupRatio: z.number(),
    weightDecay: z.number(),
    maxGradNorm: z.number(),
    saveSteps: positiveInt,
    evalRatio: z.number(),
    seed: count,
    output: z.string().nullable().describe('Absolute folder, or null for output/ of the run directory'),
  }),
  throughput: z.strictObject({
    tokensPerSecond: z.number(),
    stepSeconds: z.number(),
    pipelineEfficiency: z.number(),
    calibration: z
      .strictObject({ factor: z.number(), date: z.iso.datetime(), exact: z.boolean() })
      .nullable()
      .default(null)
      .describe(
        "What a training measured on such cards took, over the model's seconds, which the seconds here are multiplied with; exact where it was of the same kind",
      ),
    rehearsal: z
      .strictObject({ microBatches: positiveInt, seconds: z.number() })
      .describe(
        'What a step of so many micro-batches of the longest rows takes without its update: to be compared with the rehearsal',
      ),
  }),
  hostRamBytes: count,
  diskBytes: count,
  assumed: z.array(z.string()),
  problems: z.array(problemSchema),
  accepted: z
    .array(z.string())
    .optional()
    .describe(
      'What was changed of the recipe so that the run fits, as --set takes it; of any attempt so far',
    ),
});

export type Precision = z.infer<typeof precisionSchema>;
export type Schedule = z.infer<typeof scheduleSchema>;
export type Breakdown = z.infer<typeof breakdownSchema>;
export type Stage = z.infer<typeof stageSchema>;
export type Rank = z.infer<typeof rankSchema>;
export type Problem = z.infer<typeof problemSchema>;
export type Plan = z.infer<typeof planSchema>;
