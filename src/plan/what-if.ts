import { z } from 'zod';
import { findAlternatives } from './alternatives.ts';
import { findImprovements } from './improvements.ts';
import type { PlanInput } from './input.ts';
import { type Plan, planSchema } from './schema.ts';
import { findTrainable } from './trainable.ts';

const bytes = z.int().min(0);
const headroomBytes = bytes.describe('What is left on the fullest card');
const settings = z.array(z.string()).describe('As --set takes them');

const alternativeSchema = z.strictObject({
  name: z
    .enum(['fastest', 'most-headroom', 'fewest-cards', 'replicas'])
    .describe('replicas: so many pipelines beside each other, at their fastest'),
  dataParallel: z.int().positive(),
  checkpointing: z.enum(['none', 'full']),
  stages: z
    .array(z.strictObject({ gpu: z.int().min(0), name: z.string(), layers: z.tuple([bytes, bytes]) }))
    .describe('In pipeline order, on the cards of the first replica; layers half-open'),
  stepSeconds: z.number(),
  tokensPerSecond: z.number(),
  headroomBytes,
  settings: settings.describe('What has to be set for it; none where it is the plan as it is'),
});

const improvementSchema = z.strictObject({
  name: z
    .enum(['longer-rows', 'higher-rank', 'faster'])
    .describe('The first two go as far as the cards allow'),
  settings,
  cards: z.strictObject({ name: z.string(), count: z.int(), insteadOf: z.int() }).nullable(),
  tokensPerSecond: z.number(),
  speedup: z.number().describe("Times the plan's tokens/s"),
  headroomBytes,
});

const trainableSchema = z.strictObject({
  most: z.strictObject({ layers: z.int().min(0), split: z.string().nullable() }),
  even: z.strictObject({ layers: z.int().min(0), split: z.string() }),
});

/** A plan and what else there is to choose: the answer of `plan --json`. */
export const planAnswerSchema = planSchema.extend({
  alternatives: z
    .array(alternativeSchema)
    .describe('Other ways over the same cards; none where nothing fits'),
  improvements: z.array(improvementSchema).describe('What would make more of a plan that fits'),
  trainable: trainableSchema
    .nullable()
    .describe('For freeze: how many of the last layers these cards can train, and with which split'),
});

/** Another way to lay the same training over the same cards. */
export type Alternative = z.infer<typeof alternativeSchema>;
/** A change that makes more of a plan which fits. */
export type Improvement = z.infer<typeof improvementSchema>;
/** How many of the last layers can be trained in full on these cards. */
export type Trainable = z.infer<typeof trainableSchema>;
/** Lets others have their turn in a search that takes a while. */
export type Turn = () => Promise<void>;
export type PlanAnswer = z.infer<typeof planAnswerSchema>;

/**
 * The plan with what else there is to choose. Some tenths of a second.
 *
 * @param plan that `makePlan` has made of the input
 */
export async function answerWhatIf(input: PlanInput, plan: Plan): Promise<PlanAnswer> {
  // What would help where it does not fit is said with the problem.
  const hasRoom = plan.problems.every(({ code }) => code !== 'wont-fit');
  return {
    ...plan,
    alternatives: hasRoom ? await findAlternatives(input) : [],
    improvements: hasRoom ? findImprovements(input) : [],
    trainable: input.recipe.method === 'freeze' ? await findTrainable(input, plan.stages.length) : null,
  };
}
