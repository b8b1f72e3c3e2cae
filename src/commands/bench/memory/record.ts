import { z } from 'zod';
import { dataSummarySchema } from '../../../dataset/schema.ts';
import type { Card, Host } from '../../../hardware/card.ts';
import { breakdownSchema, type Plan, precisionSchema, scheduleSchema } from '../../../plan/schema.ts';
import type { RecipeDraft } from '../../../recipe/parse.ts';
import type { Configuration } from './configurations.ts';

/** One measurement, with all that it takes to plan the same training again: neither Python nor a card. */

const count = z.int().min(0);
const bytes = count;

const gemmSchema = z.strictObject({ fp16: z.number(), bf16: z.number().nullable(), fp32: z.number() });

/** What plans depend on; of a card that the catalogue knows, more is known. */
const cardSchema: z.ZodType<Card> = z.object({
  index: count,
  uuid: z.string(),
  kind: z.object({
    id: z.string(),
    name: z.string(),
    memoryBytes: bytes,
    computeCapability: z.string(),
    gemm: gemmSchema,
    memoryBandwidth: z.number(),
    linkBandwidth: z.number(),
    estimated: z.exactOptional(z.boolean()),
  }),
  totalBytes: bytes,
  freeBytes: bytes,
  driverVersion: z.string().nullable(),
  migEnabled: z.boolean(),
  processes: z.array(z.never()),
  imagined: z.boolean(),
  emulation: z.exactOptional(
    z.strictObject({
      on: z.strictObject({ index: count, name: z.string(), freeBytes: bytes }),
      smPercent: z.number().nullable(),
    }),
  ),
});

const hostSchema: z.ZodType<Host> = z.strictObject({
  platform: z.string(),
  cpu: z.string(),
  cores: count,
  ramTotalBytes: bytes,
  ramAvailableBytes: bytes,
  swapTotalBytes: bytes,
});

const configurationSchema: z.ZodType<Configuration> = z.strictObject({
  name: z.string(),
  half: z.enum(['fit', 'held-out']),
  model: z.string(),
  layers: count,
  on: z.enum(['card', 'halved-card', 'two-cards']),
  // Read as every recipe is, when the plan is made anew.
  recipe: z.custom<RecipeDraft>((value) => typeof value === 'object' && value !== null),
  samples: z.exactOptional(z.array(count)),
});

/** What the plan had decided; a measurement says nothing about a plan that decides otherwise. */
const decidedSchema = z.strictObject({
  precision: precisionSchema,
  schedule: scheduleSchema,
  microBatchSize: count,
  packedLength: count.nullable(),
  graphedLength: count.nullable(),
  dataParallel: count,
  transport: z.enum(['nccl', 'host']),
  checkpointing: z.enum(['none', 'full']),
  stages: z.array(z.tuple([count, count])),
});

export type Decided = z.infer<typeof decidedSchema>;

/** Takes a plan's decisions out of it. */
export function decisionsOf(plan: Plan): Decided {
  const { schedule, microBatchSize, packedLength, graphedLength, dataParallel, transport, checkpointing } =
    plan;
  return {
    precision: plan.precision.value,
    ...{ schedule, microBatchSize, packedLength, graphedLength, dataParallel, transport, checkpointing },
    stages: plan.stages.map(({ layers }) => layers),
  };
}

const measuredRankSchema = z.strictObject({
  rank: count,
  stage: count,
  reservedBytes: bytes.describe(
    'The most that the allocator reserved; where memory ran out, with what it asked for in vain',
  ),
  outsideBytes: bytes
    .nullable()
    .describe('What the card held for the process beside that; null where nobody tells'),
  outsideFrom: z
    .enum(['process', 'card'])
    .nullable()
    .describe(
      "process: as the driver tells of each; card: an equal part of what the card's use rose by, less what was reserved",
    ),
  busySeconds: z
    .number()
    .nullable()
    .describe('Of the last step, seconds in which it computed; null where it did not come to that'),
  waitingSeconds: z.number().nullable(),
});

export type MeasuredRank = z.infer<typeof measuredRankSchema>;

export const recordSchema = z.strictObject({
  type: z.literal('memory'),
  date: z.iso.datetime(),
  torch: z.string(),
  configuration: configurationSchema,
  cards: z.array(cardSchema).min(1),
  host: hostSchema,
  data: dataSummarySchema,
  decided: decidedSchema,
  predicted: z
    .array(z.strictObject({ bytes, breakdown: breakdownSchema }))
    .describe('By stage, as it was when this was measured'),
  ranOutOfMemory: z.boolean(),
  ranks: z.array(measuredRankSchema).describe('Those that told; all of them where memory sufficed'),
  stepSeconds: z.number().nullable().describe('Of the last step; null where it did not come to that'),
  tokensPerSecond: z.number().nullable(),
  rehearsalSeconds: z.number().nullable().describe('Of the longest batch, without the update'),
});

export type MemoryRecord = z.infer<typeof recordSchema>;

/**
 * Reads what `bench --memory --json` has written: the lines that are measurements.
 *
 * @throws z.ZodError for one that is none of this version
 */
export function readRecords(text: string): MemoryRecord[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === 'memory')
    .map((value) => recordSchema.parse(value));
}

/** The cards as anyone may know them: which ones they are, and who else uses them, is nobody's business. */
export function anonymous(cards: readonly Card[]): Card[] {
  const uuids = [...new Set(cards.map(({ uuid }) => uuid))];
  return cards.map((card) =>
    cardSchema.parse({ ...card, uuid: `GPU-${uuids.indexOf(card.uuid)}`, processes: [] }),
  );
}
