import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlanInput } from '../../../plan/input.ts';
import { makePlan } from '../../../plan/plan.ts';
import type { Plan } from '../../../plan/schema.ts';
import { type InspectedData, inspectData } from '../../../run/data-cache.ts';
import { dataRequest, type RandomRequest } from '../../../run/data-request.ts';
import type { Environment } from '../../../run/environment/environment.ts';
import type { TrainerEvent } from '../../../run/events.ts';
import { runTrial } from '../trial.ts';
import type { Configuration } from './configurations.ts';
import { measureMemory } from './measure.ts';
import { anonymous, decisionsOf, type MemoryRecord } from './record.ts';
import { type Place, planInputOf, planWithRoom } from './training.ts';

/** What all trainings of a benchmark share. */
export interface Bench {
  environment: Environment;
  /** Temporary folder. */
  root: string;
  signal: AbortSignal;
  onEvent: (event: TrainerEvent) => void;
}

/** Why a configuration cannot be measured on these cards. */
export interface Refusal {
  reason: string;
}

/**
 * Trains a configuration for a few steps and tells what it took.
 *
 * @throws UserError `bench-failed` where the training fails for want of something else than memory
 */
export async function runConfiguration(
  configuration: Configuration,
  place: Place,
  bench: Bench,
): Promise<MemoryRecord | Refusal> {
  const { environment, root, signal, onEvent } = bench;
  const data = await makeRows(configuration, place, bench);
  const input = planInputOf(configuration, place, data.summary);
  const plan = makePlan(input);
  const reason = refusal(plan, input);
  if (reason !== null) return { reason };
  const { recipe } = input;
  const outcome = await runTrial({ plan, recipe, data, python: environment.python, root, signal, onEvent });
  return {
    type: 'memory',
    date: new Date().toISOString(),
    torch: environment.torch,
    configuration,
    cards: anonymous(place.cards),
    host: place.host,
    data: data.summary,
    decided: decisionsOf(plan),
    predicted: plan.stages.map(({ predictedBytes: bytes, breakdown }) => ({ bytes, breakdown })),
    ...measureMemory(plan, outcome),
  };
}

/** Random rows. Those of one length are in the cache after the first time; a file of lengths is this benchmark's own. */
async function makeRows(
  configuration: Configuration,
  place: Place,
  { environment, root, signal }: Bench,
): Promise<InspectedData> {
  const input = planInputOf(configuration, place, null);
  const plain = (await dataRequest(input)) as RandomRequest;
  const { samples } = configuration;
  if (samples === undefined) return inspectData(environment.python, plain, { signal });
  const file = join(root, `${configuration.name}.json`);
  const lengths = Array.from({ length: Number(plain.lengths) }, (_, row) => samples[row % samples.length]);
  writeFileSync(file, JSON.stringify({ lengths }));
  const { folder, summary } = await inspectData(environment.python, { ...plain, lengths: file }, { signal });
  return { folder, summary: { ...summary, files: [] } };
}

/** What is left to the planner must be decided as everywhere, or measurements of one configuration could not be compared. */
function refusal(plan: Plan, input: PlanInput): string | null {
  const problem = plan.problems.find(({ severity }) => severity === 'error');
  if (problem !== undefined) return problem.message;
  const [here, elsewhere] = [plan, planWithRoom(input)].map((each) => JSON.stringify(decisionsOf(each)));
  return here === elsewhere ? null : 'It would fit only without its CUDA graphs.';
}
