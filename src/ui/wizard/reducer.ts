import type { DataSummary } from '../../dataset/schema.ts';
import type { ModelShape } from '../../model/shape.ts';
import type { RecipeDraft } from '../../recipe/parse.ts';
import { withField } from '../../recipe/questions.ts';
import type { SetupNews } from '../../words/en/environments.ts';
import { withSetting } from './fields.ts';
import type { Box, DatasetGlance, FoundModel, LaunchStage, Proposal } from './services.ts';
import {
  type Fault,
  faultKey,
  firstOpen,
  keyOfDataset,
  type StepId,
  type Within,
  type WizardState,
} from './state.ts';

/** What can happen: a person decides something, or the world answers. */
export type WizardAction =
  // People
  | { type: 'start'; recipe: RecipeDraft; onCpu: boolean; to: StepId; sketch?: ModelShape }
  | { type: 'mark'; field: string; value: unknown }
  | { type: 'set'; field: string; value: unknown }
  | { type: 'answer'; field: string; value: unknown }
  | { type: 'next' }
  | { type: 'back' }
  | { type: 'visit'; step: StepId }
  | { type: 'open'; within: Within }
  | { type: 'close' }
  | { type: 'launch' }
  // The world
  | { type: 'box'; box: Box }
  | { type: 'proposal'; proposal: Proposal }
  | { type: 'models'; models: FoundModel[] }
  | { type: 'datasets'; datasets: string[] }
  | { type: 'shape'; source: string; shape: ModelShape }
  | { type: 'glance'; key: string; glance: DatasetGlance }
  | { type: 'data'; key: string; data: DataSummary }
  | { type: 'fault'; what: Parameters<typeof faultKey>[0]; key?: string; fault: Fault }
  | { type: 'environment'; environment: WizardState['environment'] }
  | { type: 'launching'; stage: LaunchStage; news: SetupNews | null }
  | { type: 'launchFailed'; fault: Fault }
  | { type: 'refused' }
  | { type: 'presetSaved'; name: string };

/** What becomes of the wizard by what happens. Pure. */
export function reduce(state: WizardState, action: WizardAction): WizardState {
  switch (action.type) {
    case 'start': {
      const { recipe, onCpu, to, sketch } = action;
      const known = sketch && recipe.model !== undefined ? { [recipe.model]: sketch } : {};
      // Of a model that is here, the shape is the true one.
      const found = sketch?.path ? 'shapes' : 'sketches';
      // Ranks without cards need another Python than ranks on them.
      const environment = onCpu === state.onCpu ? state.environment : ({ state: 'idle' } as const);
      return {
        ...enter(state, to),
        draft: recipe,
        onCpu,
        environment,
        [found]: { ...state[found], ...known },
      };
    }
    case 'mark':
      return { ...state, marked: withField(state.draft, action.field, action.value) };
    case 'set':
      return {
        ...state,
        marked: null,
        draft: withSetting(state.draft, action.field, action.value),
        preset: null,
      };
    case 'answer':
      return answer(state, action.field, action.value);
    case 'next':
      return advance(state);
    case 'back':
      return back(state);
    case 'visit':
      return enter(state, action.step);
    case 'open':
      return {
        ...state,
        within: action.within,
        marked: null,
        faults: without(state.faults, faultKey('preset')),
      };
    case 'close':
      return { ...state, within: null, marked: null };
    case 'launch': {
      const attempt = (state.launch?.attempt ?? 0) + 1;
      const entered = state.step === 'launch' ? state : enter(state, 'launch');
      return { ...entered, launch: { attempt, stage: 'environment', news: null, fault: null } };
    }
    case 'box':
      return { ...state, box: action.box, within: null, proposal: null, onCpu: false, faults: {} };
    case 'proposal':
      return { ...state, proposal: action.proposal };
    case 'models':
      return { ...state, models: action.models };
    case 'datasets':
      return { ...state, datasets: action.datasets };
    case 'shape':
      return shapeFound(state, action.source, action.shape);
    case 'glance':
      return glanced(state, action.key, action.glance);
    case 'data':
      return { ...state, data: { ...state.data, [action.key]: action.data } };
    case 'fault':
      return failed(state, faultKey(action.what, action.key), action.fault);
    case 'environment':
      return { ...state, environment: action.environment };
    case 'launching':
      return state.launch
        ? { ...state, launch: { ...state.launch, stage: action.stage, news: action.news } }
        : state;
    case 'launchFailed':
      return state.launch ? { ...state, launch: { ...state.launch, fault: action.fault } } : state;
    case 'refused':
      return state.step === 'launch' ? back(state) : state;
    case 'presetSaved':
      return { ...state, within: null, preset: action.name };
  }
}

/** Model and dataset are looked at before the wizard goes on; what was wrong with them before may be right now. */
function answer(state: WizardState, field: string, value: unknown): WizardState {
  if (field !== 'model' && field !== 'dataset') {
    return advance({ ...state, draft: withField(state.draft, field, value), preset: null });
  }
  const key = keyOfDataset(value as string | string[]);
  const known = field === 'model' ? state.shapes[key] : state.glances[key];
  const marked = withField(state.draft, field, value);
  const faults = without(state.faults, faultKey(field, key));
  const asked = { ...state, marked, faults, awaited: { question: field, key } } as const;
  return known ? settle(asked) : asked;
}

/** The awaited answer is sound: it counts, and the wizard goes on. */
function settle(state: WizardState): WizardState {
  const draft = state.marked ?? state.draft;
  return advance({ ...state, draft: withFittingSplit(draft, state.shapes), awaited: null, preset: null });
}

/** A split is written for one model's layers; for another one it is decided anew. */
function withFittingSplit(draft: RecipeDraft, shapes: WizardState['shapes']): RecipeDraft {
  const shape = draft.model === undefined ? undefined : shapes[draft.model];
  if (!shape || draft.split === undefined || draft.split === 'auto') return draft;
  const layers = draft.split.split(',').reduce((sum, size) => sum + Number(size), 0);
  return layers === shape.layers.length ? draft : withField(draft, 'split', undefined);
}

function shapeFound(state: WizardState, source: string, shape: ModelShape): WizardState {
  const known = {
    ...state,
    shapes: { ...state.shapes, [source]: shape },
    faults: without(state.faults, faultKey('model', source)),
  };
  const isAwaited = state.awaited?.question === 'model' && state.awaited.key === source;
  return isAwaited ? settle(known) : known;
}

function glanced(state: WizardState, key: string, glance: DatasetGlance): WizardState {
  const known = { ...state, glances: { ...state.glances, [key]: glance } };
  const isAwaited = state.awaited?.question === 'dataset' && state.awaited.key === key;
  return isAwaited ? settle(known) : known;
}

function failed(state: WizardState, key: string, fault: Fault): WizardState {
  const { awaited } = state;
  const isAwaited = awaited !== null && key === faultKey(awaited.question, awaited.key);
  return { ...state, faults: { ...state.faults, [key]: fault }, awaited: isAwaited ? null : awaited };
}

/** To the next question; from one that was visited from the review, back there. */
function advance(state: WizardState): WizardState {
  const rest = { ...state, within: null, marked: null };
  if (state.trail.at(-1) === 'review') return { ...rest, step: 'review', trail: state.trail.slice(0, -1) };
  return enter(rest, firstOpen(state, state.draft, state.step));
}

function enter(state: WizardState, step: StepId): WizardState {
  return {
    ...state,
    step,
    within: null,
    marked: null,
    awaited: null,
    trail: [...state.trail, state.step],
  };
}

/** Closes what is open, else returns to the step before. Answers stay. */
function back(state: WizardState): WizardState {
  if (state.awaited) return { ...state, awaited: null, marked: null };
  if (state.within) return { ...state, within: null, marked: null };
  const step = state.trail.at(-1);
  if (step === undefined) return state;
  return { ...state, step, trail: state.trail.slice(0, -1), marked: null, launch: null };
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  const { [key]: _, ...others } = record;
  return others;
}
