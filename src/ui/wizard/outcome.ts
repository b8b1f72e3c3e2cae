import { UserError } from '../../errors.ts';
import type { PlanInput } from '../../plan/input.ts';
import { makePlanAndProblems } from '../../plan/plan.ts';
import type { FoundProblem } from '../../plan/problem.ts';
import type { Plan } from '../../plan/schema.ts';
import { totalSteps } from '../../plan/steps.ts';
import { parseRecipe, type RecipeDraft } from '../../recipe/parse.ts';
import {
  cardsOf,
  type Fault,
  faultKey,
  keyOfData,
  keyOfDataset,
  shapeOf,
  type WizardState,
} from './state.ts';

/** What comes of a set of answers. */
export type Outcome =
  | {
      /** What was planned. */
      input: PlanInput;
      plan: Plan;
      /** Errors first. */
      problems: FoundProblem[];
      /** Optimizer steps, and seconds for all of them; null while nobody knows how many rows there are. */
      steps: number | null;
      seconds: number | null;
      /** The time is at most this: the rows' true lengths are not known yet. */
      atMost: boolean;
    }
  /** The answers make no plan at all. */
  | { fault: Fault };

/** What the planner needs for `draft`; null while the box or the model is not known. */
export function planInputOf(state: WizardState, draft: RecipeDraft): PlanInput | null {
  const model = shapeOf(state, draft);
  if (!model || !state.box) return null;
  const key = keyOfData(draft);
  return {
    recipe: parseRecipe(draft, 'the answers'),
    model,
    cards: cardsOf(state),
    host: state.box.host,
    data: (key === null ? null : state.data[key]) ?? null,
    datasets: draft.dataset === undefined ? [] : [draft.dataset].flat(),
    device: state.box.device,
    disk: state.box.disk,
    ownPython: state.box.ownPython,
    measuredMemory: [],
    measuredSpeeds: state.box.measuredSpeeds,
    hostName: 'localhost',
  };
}

/** Plans for `draft`. Takes a few milliseconds where it fits, and up to some hundred where remedies are sought. */
export function outcomeOf(state: WizardState, draft: RecipeDraft): Outcome | null {
  try {
    const input = planInputOf(state, draft);
    if (!input) return modelFault(state, draft);
    const { plan, problems } = makePlanAndProblems(input);
    const glance = draft.dataset === undefined ? undefined : state.glances[keyOfDataset(draft.dataset)];
    const rows = input.data?.rows ?? glance?.rows ?? null;
    const { batchSize, epochs, maxSteps, evalRatio } = input.recipe;
    const steps = rows === null ? null : totalSteps({ rows, batchSize, epochs, maxSteps, evalRatio });
    const seconds = steps === null ? null : steps * plan.throughput.stepSeconds;
    return { input, plan, problems, steps, seconds, atMost: input.data === null };
  } catch (error) {
    return { fault: faultOf(error) };
  }
}

/** A model that was named beforehand and cannot be had is told of wherever one is; on its own step it stands at the question. */
function modelFault({ faults, step }: WizardState, { model }: RecipeDraft): Outcome | null {
  const fault = model === undefined || step === 'model' ? undefined : faults[faultKey('model', model)];
  return fault ? { fault } : null;
}

/** An error for people to read in place; a mistake of ours is thrown on. */
export function faultOf(error: unknown): Fault {
  if (error instanceof UserError) return error;
  throw error;
}

/** Why these answers cannot be started; null where they can. */
export type Obstacle = 'noModel' | 'noDataset' | 'shapeOnly' | 'imagined' | 'doesNotFit';

export function obstacleTo(state: WizardState, outcome: Outcome | null): Obstacle | null {
  const { draft, box, shapes } = state;
  const shape = draft.model === undefined ? undefined : shapes[draft.model];
  if (box?.imagined) return 'imagined';
  if (!shape || !box) return 'noModel';
  const isShape = shape.path === null && shape.checkpointBytes === null;
  if (isShape && draft.weights !== 'random') return 'shapeOnly';
  if (draft.dataset === undefined) return 'noDataset';
  return outcome && !('plan' in outcome && outcome.plan.fits) ? 'doesNotFit' : null;
}
