import type { DataSummary } from '../../dataset/schema.ts';
import type { UserError } from '../../errors.ts';
import type { Card } from '../../hardware/card.ts';
import type { ModelShape } from '../../model/shape.ts';
import type { RecipeDraft } from '../../recipe/parse.ts';
import { isAnswered, type QuestionId, questions } from '../../recipe/questions.ts';
import type { Unfinished } from '../../recipe/unfinished.ts';
import type { SetupNews } from '../../words/en/environments.ts';
import type { Box, DatasetGlance, FoundModel, LaunchStage, Proposal } from './services.ts';

/** A screen of the wizard. */
export type StepId = 'box' | QuestionId | 'review' | 'launch';

/** The steps that are numbered: n of N. */
export const numbered: readonly StepId[] = [...questions.map(({ id }) => id), 'review'];

/** Something that is open within a step, and closed by going back. */
export type Within = 'imagine' | 'browse' | 'hub' | 'catalogue' | 'edit' | 'more' | 'split' | 'preset';

/** What went wrong, for people. */
export type Fault = Pick<UserError, 'in'>;

/** A question whose answer was given and is being looked up: the wizard goes on once it is there. */
export interface Awaited {
  question: 'model' | 'dataset';
  key: string;
}

export interface WizardState {
  step: StepId;
  within: Within | null;
  /** Steps that lead here, for going back. */
  trail: readonly StepId[];
  /** Answered by flags or a preset: not asked, only shown. */
  given: readonly QuestionId[];
  /** The answers so far. */
  draft: RecipeDraft;
  /** The answers as they would be with what is marked on the screen; null where nothing is. */
  marked: RecipeDraft | null;
  box: Box | null;
  /** The cards are left aside. */
  onCpu: boolean;
  proposal: Proposal | null;
  unfinished: Unfinished | null;
  models: readonly FoundModel[] | null;
  datasets: readonly string[] | null;
  /** What is known of models, by source. */
  shapes: Readonly<Record<string, ModelShape>>;
  /** Shapes from the catalogue, of models of the hub that were not looked at yet. */
  sketches: Readonly<Record<string, ModelShape>>;
  /** What is known of datasets, by `keyOfDataset`. */
  glances: Readonly<Record<string, DatasetGlance>>;
  /** What Python found in them, by `keyOfData`. */
  data: Readonly<Record<string, DataSummary>>;
  /** What could not be had: by `faultKey`. */
  faults: Readonly<Record<string, Fault>>;
  awaited: Awaited | null;
  environment:
    | { state: 'idle' }
    | { state: 'ready' }
    | { state: 'busy'; news: SetupNews | null }
    | { state: 'failed'; fault: Fault };
  launch: { attempt: number; stage: LaunchStage; news: SetupNews | null; fault: Fault | null } | null;
  /** The name under which these answers were saved as a preset. */
  preset: string | null;
}

export function initialState(draft: RecipeDraft, unfinished: Unfinished | null): WizardState {
  return {
    step: 'box',
    within: null,
    trail: [],
    given: questions.filter((question) => isAnswered(question, draft)).map(({ id }) => id),
    draft,
    marked: null,
    box: null,
    onCpu: false,
    proposal: null,
    unfinished,
    models: null,
    datasets: null,
    shapes: {},
    sketches: {},
    glances: {},
    data: {},
    faults: {},
    awaited: null,
    environment: { state: 'idle' },
    launch: null,
    preset: null,
  };
}

/** Datasets by name: several are one. */
export function keyOfDataset(dataset: string | readonly string[]): string {
  return [dataset].flat().join('\n');
}

/**
 * What the lengths of rows depend on; null where nothing is there to be read yet. Not the cut-off: rows are counted before they are cut, and
 * the planner cuts them itself.
 */
export function keyOfData({ model, dataset, template }: RecipeDraft): string | null {
  if (model === undefined || dataset === undefined) return null;
  return JSON.stringify([model, dataset, template ?? 'auto']);
}

export const faultKey = (what: 'box' | 'model' | 'dataset' | 'data' | 'preset', key = ''): string =>
  `${what} ${key}`;

/** What the live panel shows: the answers with what is marked. */
export const shownDraft = ({ marked, draft }: WizardState): RecipeDraft => marked ?? draft;

/** The cards that are planned for. */
export const cardsOf = ({ box, onCpu }: WizardState): Card[] => (onCpu ? [] : (box?.cards ?? []));

export function shapeOf({ shapes, sketches }: WizardState, { model }: RecipeDraft): ModelShape | null {
  return model === undefined ? null : (shapes[model] ?? sketches[model] ?? null);
}

/** The first step that still asks something; the review where nothing is open. */
export function firstOpen({ given }: WizardState, draft: RecipeDraft, after?: StepId): StepId {
  const from = after === undefined || after === 'box' ? 0 : numbered.indexOf(after) + 1;
  const open = questions.find(
    ({ id, required }, index) =>
      index >= from && (!given.includes(id) || (required && !isAnswered(questions[index]!, draft))),
  );
  return open?.id ?? 'review';
}

/** Where to go on with answers from before: at the first question that nothing can stand in for, else at the review. */
export function resumeAt(draft: RecipeDraft): StepId {
  return questions.find((question) => question.required && !isAnswered(question, draft))?.id ?? 'review';
}
