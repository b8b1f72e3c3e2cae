import { z } from 'zod';

/** `events.jsonl`: what the trainer reports, one object a line. Written by rank 0 alone. */

const count = z.int().min(0);
const bytes = count;
const envelope = { v: z.literal(1), t: z.iso.datetime({ offset: true }) };

/** Bytes by kind as the trainer counts them on the built stage; equal to the plan's for these four. */
const accountedSchema = z.strictObject({
  weights: bytes,
  trainables: bytes,
  gradients: bytes,
  optimizer: bytes,
});

export const eventSchema = z.discriminatedUnion('type', [
  z.strictObject({
    ...envelope,
    type: z.literal('phase'),
    phase: z.enum(['inspect', 'download', 'load', 'rehearse', 'train', 'eval', 'save', 'answer']),
  }),
  z.strictObject({
    ...envelope,
    type: z.literal('download'),
    file: z.string(),
    bytes,
    totalBytes: bytes.nullable(),
  }),
  z.strictObject({
    ...envelope,
    type: z.literal('load'),
    rank: count,
    stage: count,
    layers: z.tuple([count, count]),
    device: z.string(),
    seconds: z.number(),
    accounted: accountedSchema,
  }),
  z.strictObject({
    ...envelope,
    type: z.literal('rehearsal'),
    attempt: count,
    rank: count,
    stage: count,
    fits: z.boolean().describe('false where the rank ran out of memory before the first step'),
    reserved_bytes: bytes.describe(
      'The most that the allocator reserved, and where it did not fit what it asked for in vain; of a CPU rank, the most it held resident',
    ),
    outside_bytes: bytes
      .nullable()
      .describe(
        'What the card holds for the process beside that: context, kernels, NCCL; null where the driver does not tell',
      ),
    seconds: z
      .number()
      .nullable()
      .describe('Of the longest batch, run last, gradients included; null where it did not fit'),
    busy: z.number().nullable().describe('Of these, seconds in which the rank computed'),
    tokens: count.describe('Non-padding tokens of that batch over all replicas'),
  }),
  z.strictObject({
    ...envelope,
    type: z.literal('calibration'),
    attempt: count,
    source: z
      .enum(['rehearsal', 'steps'])
      .describe('The last batch of the rehearsal; the first steps, when there are enough of them'),
    predicted: z.number().describe('Seconds that the plan gives them'),
    measured: z.number().describe('Seconds that they took; of steps the mean'),
  }),
  z.strictObject({
    ...envelope,
    type: z.literal('step'),
    attempt: count,
    step: count,
    totalSteps: count,
    epoch: z.number(),
    loss: z.number().nullable().describe('null when the step overflowed and was skipped'),
    grad_norm: z.number().nullable(),
    lr: z.number(),
    tokens: count,
    tokens_per_second: z.number(),
    eta: z.number().describe('Seconds to the end'),
    loss_scale: z.number().nullable(),
    skipped: z.boolean(),
  }),
  z.strictObject({
    ...envelope,
    type: z.literal('stage'),
    step: count,
    rank: count,
    busy: z.number().describe('Seconds computing in this step'),
    waiting: z.number().describe('Seconds waiting for neighbours in this step'),
    peak_reserved_bytes: bytes,
  }),
  z.strictObject({
    ...envelope,
    type: z.literal('eval'),
    step: count,
    loss: z.number(),
    rows: count,
    tokens: count,
  }),
  z.strictObject({ ...envelope, type: z.literal('checkpoint'), step: count, path: z.string(), bytes }),
  z.strictObject({
    ...envelope,
    type: z.literal('control'),
    request: z.enum(['stop', 'checkpoint']),
    step: count,
  }),
  z.strictObject({
    ...envelope,
    type: z.literal('answer'),
    prompt: z.string(),
    before: z.string().describe('What the untrained model says'),
    after: z.string(),
  }),
  z.strictObject({
    ...envelope,
    type: z.literal('warning'),
    code: z.string(),
    message: z.string(),
    fix: z.string(),
  }),
  z.strictObject({
    ...envelope,
    type: z.literal('error'),
    code: z.string(),
    message: z.string(),
    fix: z.string(),
    rank: count.nullable(),
  }),
  z.strictObject({
    ...envelope,
    type: z.literal('done'),
    reason: z.enum(['finished', 'stopped']),
    step: count,
    loss: z.number().nullable(),
    seconds: z.number(),
    output: z
      .string()
      .nullable()
      .describe('Folder of the result; null when stopped before the end, and with random weights'),
  }),
]);

export type TrainerEvent = z.infer<typeof eventSchema>;
