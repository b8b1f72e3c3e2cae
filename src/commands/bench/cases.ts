import type { PlanInput } from '../../plan/input.ts';
import { makePlan } from '../../plan/plan.ts';
import type { Plan, Schedule } from '../../plan/schema.ts';

/** One way to train that is measured. */
export interface Case {
  schedule: Schedule;
  /** What to try, in order: the next where one runs out of memory. Empty where none can fit. */
  plans: Plan[];
  /** Why there is none. */
  refused: Plan | null;
}

/**
 * The same training under each schedule, on the same stages, over the same transport: only what a schedule is differs.
 *
 * `naive` computes on one card at a time, as `device_map` does, so nothing is gained by cutting a batch up: it takes the whole batch
 * at once if that fits, else the largest micro-batch that does.
 *
 * @param reference the plan of `input` that decides stages and transport
 */
export function benchCases(input: PlanInput, reference: Plan, schedules: readonly Schedule[]): Case[] {
  const common: Partial<PlanInput['recipe']> = {
    split: reference.stages.map(({ layers: [from, to] }) => to - from).join(),
    transport: reference.transport,
  };
  return schedules.map((schedule) => {
    const sizes = schedule === 'naive' ? microBatchSizes(reference) : [input.recipe.microBatchSize];
    const plans = sizes.map((microBatchSize) =>
      makePlan({ ...input, recipe: { ...input.recipe, ...common, schedule, microBatchSize } }),
    );
    const fitting = plans.filter(({ fits }) => fits);
    return { schedule, plans: fitting, refused: fitting.length > 0 ? null : plans.at(-1)! };
  });
}

/** Sizes that cut a replica's part of a step into equal parts, the largest first. */
function microBatchSizes({ microBatches, microBatchSize }: Plan): number[] {
  const whole = microBatches * microBatchSize;
  return Array.from({ length: whole }, (_, index) => whole - index).filter((size) => whole % size === 0);
}
