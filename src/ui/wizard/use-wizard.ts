import { useEffect, useEffectEvent, useReducer, useRef } from 'react';
import { parseRecipe, type RecipeDraft } from '../../recipe/parse.ts';
import type { SetupNews } from '../../words/en/environments.ts';
import { useLeave } from '../screen/leave.ts';
import { faultOf, planInputOf } from './outcome.ts';
import { reduce, type WizardAction } from './reducer.ts';
import type { LaunchStage, WizardEnd, WizardServices } from './services.ts';
import { faultKey, keyOfData, keyOfDataset, shownDraft, type WizardState } from './state.ts';

/** What is only marked is looked at once the cursor rests on it. */
const restMs = 200;
/** A dataset that is only marked is read by Python up to this size. */
const smallBytes = 32 * 2 ** 20;

/** The wizard's state, and everything that goes on beside it: what it shows is asked of `services` as it is needed. */
export function useWizard<Run>(
  services: WizardServices<Run>,
  initial: WizardState,
): [WizardState, (action: WizardAction) => void] {
  const [state, dispatch] = useReducer(reduce, initial);
  const { box, draft, onCpu, step, environment } = state;
  const leave = useLeave<WizardEnd<Run>>();

  useEffect(() => {
    services.detect().then((found) => dispatch({ type: 'box', box: found }), failed(dispatch, 'box'));
    services.findModels().then((models) => dispatch({ type: 'models', models }), failed(dispatch, 'model'));
    services
      .findDatasets()
      .then((datasets) => dispatch({ type: 'datasets', datasets }), failed(dispatch, 'dataset'));
  }, [services]);

  useEffect(() => {
    if (!box) return;
    services
      .propose(box)
      .then((proposal) => dispatch({ type: 'proposal', proposal }), failed(dispatch, 'box'));
  }, [services, box]);

  useEffect(() => {
    if (step !== 'box' && Object.keys(draft).length > 0) services.keep(draft, onCpu);
  }, [services, step, draft, onCpu]);

  useLookups(services, state, dispatch);

  const wantsPython = step !== 'box' && box !== null && box.imagined === null && environment.state === 'idle';
  useEffect(() => {
    if (!wantsPython || !box) return;
    const report = (now: WizardState['environment']) => dispatch({ type: 'environment', environment: now });
    report({ state: 'busy', news: null });
    services
      .prepare(box, onCpu, (news) => report({ state: 'busy', news }))
      .then(
        () => report({ state: 'ready' }),
        (error) => report({ state: 'failed', fault: faultOf(error) }),
      );
  }, [services, wantsPython, box, onCpu]);

  const launch = useEffectEvent(async (signal: AbortSignal) => {
    try {
      const input = planInputOf(state, draft);
      if (!input || !box) return;
      const request = { recipe: parseRecipe(draft, 'the answers'), model: input.model, box, onCpu };
      const onProgress = (stage: LaunchStage, news: SetupNews | null) => {
        if (!signal.aborted) dispatch({ type: 'launching', stage, news });
      };
      const result = await services.launch(request, onProgress, signal);
      if ('run' in result) {
        leave({ run: result.run, recipe: draft, command: services.commandFor(draft, box, onCpu) });
      } else if (!signal.aborted) {
        const key = keyOfData(draft);
        if (key !== null) dispatch({ type: 'data', key, data: result.data });
        dispatch({ type: 'refused' });
      }
    } catch (error) {
      if (!signal.aborted) dispatch({ type: 'launchFailed', fault: faultOf(error) });
    }
  });
  const attempt = state.launch?.attempt;
  useEffect(() => {
    if (attempt === undefined) return;
    const giveUp = new AbortController();
    void launch(giveUp.signal);
    return () => giveUp.abort();
  }, [attempt]);

  return [state, dispatch];
}

type What = Parameters<typeof faultKey>[0];

/** What to do about an error: it is shown where the question was. */
function failed(
  dispatch: (action: WizardAction) => void,
  what: What,
  key?: string,
): (error: unknown) => void {
  return (error) =>
    dispatch({ type: 'fault', what, ...(key !== undefined && { key }), fault: faultOf(error) });
}

/** Models and datasets that are marked, chosen or given are looked at, each once. */
function useLookups<Run>(
  services: WizardServices<Run>,
  state: WizardState,
  dispatch: (action: WizardAction) => void,
): void {
  const { awaited, draft, shapes, glances, data, faults, environment } = state;
  const asked = useRef(new Set<string>());
  const shown = state.step === 'box' ? (state.proposal?.recipe ?? {}) : shownDraft(state);
  const marked = state.step !== 'box' && (shown.model !== draft.model || shown.dataset !== draft.dataset);
  const { dataset } = shown;
  // A model that is merely proposed is not asked of the hub.
  const model = state.step === 'box' ? undefined : shown.model;

  const once = (key: string, ask: () => Promise<void>) => {
    if (asked.current.has(key)) return;
    asked.current.add(key);
    void ask().finally(() => asked.current.delete(key));
  };
  const look = useEffectEvent(() => {
    if (model !== undefined && !shapes[model] && !faults[faultKey('model', model)]) {
      once(faultKey('model', model), () =>
        services
          .loadModel(model)
          .then(
            (shape) => dispatch({ type: 'shape', source: model, shape }),
            failed(dispatch, 'model', model),
          ),
      );
    }
    const key = dataset === undefined ? null : keyOfDataset(dataset);
    if (dataset === undefined || key === null) return;
    const glance = glances[key];
    if (!glance && !faults[faultKey('dataset', key)]) {
      once(faultKey('dataset', key), () =>
        services
          .glance(dataset)
          .then(
            (found) => dispatch({ type: 'glance', key, glance: found }),
            failed(dispatch, 'dataset', key),
          ),
      );
    }
    const dataKey = keyOfData(shown);
    const readable = environment.state === 'ready' && glance && (!marked || glance.bytes <= smallBytes);
    if (readable && dataKey !== null && hasTokenizer(state, shown)) inspect(dataKey);
  });

  const inspect = (key: string) => {
    if (data[key] || faults[faultKey('data', key)]) return;
    const { template, cutoffLength, model: source } = parseRecipe(shown, 'the answers');
    const request = { model: source, dataset: dataset!, template, cutoffLength };
    once(key, () =>
      services
        .inspect(request)
        .then((found) => dispatch({ type: 'data', key, data: found }), failed(dispatch, 'data', key)),
    );
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever of it changes may make something worth a look.
  useEffect(() => {
    const timer = setTimeout(look, marked && !awaited ? restMs : 0);
    return () => clearTimeout(timer);
  }, [model, dataset, marked, awaited, shapes, glances, faults, environment.state]);
}

/** A name of the catalogue has no tokenizer behind it. */
function hasTokenizer({ shapes }: WizardState, { model }: RecipeDraft): boolean {
  const shape = model === undefined ? undefined : shapes[model];
  return shape !== undefined && (shape.path !== null || shape.checkpointBytes !== null);
}
