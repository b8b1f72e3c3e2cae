import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes, UserError } from '../errors.ts';
import type { PlanInput } from '../plan/input.ts';
import { makePlan } from '../plan/plan.ts';
import { type Schedule, scheduleSchema } from '../plan/schema.ts';
import { inspectData } from '../run/data-cache.ts';
import { dataRequest } from '../run/data-request.ts';
import type { TrainerEvent } from '../run/events.ts';
import { benchCases, type Case } from './bench/cases.ts';
import { againstNaive, type Measured, measure, unsettledSteps } from './bench/measure.ts';
import { describeSubject } from './bench/subject.ts';
import { runTrial, type Trial } from './bench/trial.ts';
import { abortingOnInterrupt } from './interrupt.ts';
import { prepareEnvironment } from './launching.ts';
import type { Output } from './output.ts';
import { type CardOptions, gatherPlanInput } from './planning.ts';
import type { RecipeOptions } from './recipe-options.ts';
import { formatBench } from './text/bench.ts';
import { refuse } from './train.ts';

export interface BenchOptions extends RecipeOptions, CardOptions {
  steps: string;
  schedules: string;
  python?: string;
}

/**
 * `bench`: trains a few steps under each schedule, with the real trainer on the cards that are here, and compares speed and memory.
 * The weights are random: what they are does not change what a step costs. Runs lie in a temporary folder that goes with it.
 */
export async function bench(options: BenchOptions, output: Output): Promise<number> {
  const steps = readSteps(options.steps);
  const schedules = readSchedules(options.schedules);
  const { input, notes } = await gatherPlanInput(measuring(options, steps), 'run');
  for (const note of notes) output.say(note);
  const rough = makePlan({ ...input, recipe: { ...input.recipe, schedule: '1f1b' } });
  if (!rough.fits) return refuse(rough, output);
  return untilInterrupted(async (signal) => {
    const environment = await prepareEnvironment(rough, input.cards, options, output);
    signal.throwIfAborted();
    const data = await inspectData(environment.python, await dataRequest(input), { signal });
    const known: PlanInput = { ...input, data: data.summary };
    const reference = makePlan({ ...known, recipe: { ...known.recipe, schedule: '1f1b' } });
    const about = { plan: reference, model: input.model, host: input.host, cards: input.cards, environment };
    output.emit(describeSubject(about));
    const root = mkdtempSync(join(tmpdir(), 'ft-wizard-bench-'));
    const shared = { recipe: known.recipe, data, python: environment.python, root, signal };
    const rows: Measured[] = [];
    let keepsLog = false;
    try {
      for (const item of benchCases(known, reference, schedules)) {
        const measured = await measureCase(item, shared, output);
        if (measured === null) continue;
        rows.push(measured);
        output.emit({ type: 'schedule', ...measured, againstNaive: againstNaive(measured, rows) });
      }
    } catch (error) {
      // The log of a training that failed is all there is to go by.
      keepsLog = error instanceof UserError && error.code === 'bench-failed';
      throw error;
    } finally {
      if (!keepsLog) rmSync(root, { recursive: true, force: true });
    }
    output.say(formatBench(about, rows, output.paint));
    return rows.length > 0 ? exitCodes.done : exitCodes.refused;
  });
}

/** The user's wishes, but for what only a real training has. */
function measuring<Options extends RecipeOptions>(options: Options, steps: number): Options {
  const fixed = [
    'weights=random',
    `maxSteps=${steps}`,
    `saveSteps=${steps + 1}`,
    'evalRatio=0',
    'output=null',
  ];
  return { ...options, set: [...(options.set ?? []), ...fixed] };
}

/** The first of its plans that does not run out of memory; null where none does. */
async function measureCase(
  { schedule, plans, refused }: Case,
  shared: Omit<Trial, 'plan' | 'onEvent'>,
  output: Output,
): Promise<Measured | null> {
  for (const plan of plans) {
    const title = `${schedule}, micro-batches of ${plan.microBatchSize}`;
    output.progress(title);
    const onEvent = (event: TrainerEvent) => {
      if (event.type === 'step') output.status(`${title}: step ${event.step} of ${event.totalSteps}`);
    };
    const { ranOutOfMemory, events } = await runTrial({ ...shared, plan, onEvent });
    output.status(null);
    if (!ranOutOfMemory) return measure(plan, events);
    output.say(`${title}: it ran out of memory.`);
  }
  const problem = refused?.problems.find(({ severity }) => severity === 'error');
  output.say(`${schedule} is left out. ${problem?.message ?? 'No micro-batch fits.'}`);
  return null;
}

/** Whoever ends it will not come back to it: what was measured until then is all there is. */
function untilInterrupted(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  return abortingOnInterrupt(async (signal) => {
    try {
      return await work(signal);
    } catch (error) {
      if (signal.aborted) return exitCodes.interrupted;
      throw error;
    }
  });
}

function readSteps(text: string): number {
  const steps = Number(text);
  if (Number.isInteger(steps) && steps > unsettledSteps) return steps;
  throw new UserError('usage/steps', { written: text, unsettled: unsettledSteps });
}

function readSchedules(text: string): Schedule[] {
  const names = text.split(',').map((name) => name.trim());
  const schedules = names.flatMap((name) => scheduleSchema.safeParse(name).data ?? []);
  if (schedules.length === names.length && new Set(names).size === names.length) {
    // What the others are compared with comes first.
    return schedules.toSorted((a, b) => Number(b === 'naive') - Number(a === 'naive'));
  }
  throw new UserError('usage/schedules', { written: text, known: scheduleSchema.options });
}
