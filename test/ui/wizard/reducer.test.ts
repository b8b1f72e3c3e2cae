import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { reduce, type WizardAction } from '../../../src/ui/wizard/reducer.ts';
import { initialState, resumeAt, type WizardState } from '../../../src/ui/wizard/state.ts';
import { takeWay } from '../../../src/ui/wizard/ways.ts';
import { model, twoP40s } from './fakes.ts';

const start = reduce(initialState({}, null), { type: 'box', box: twoP40s });
const after = (state: WizardState, ...actions: WizardAction[]) => actions.reduce(reduce, state);
const stepByStep: WizardAction = { type: 'start', recipe: {}, onCpu: false, to: 'model' };
const shape: WizardAction = { type: 'shape', source: './llama-13b', shape: model };
const glance: WizardAction = {
  type: 'glance',
  key: 'rows.jsonl',
  glance: { bytes: 1, rows: 3, firstRow: '{}' },
};
const answered = after(
  start,
  stepByStep,
  { type: 'answer', field: 'model', value: './llama-13b' },
  shape,
  { type: 'answer', field: 'dataset', value: 'rows.jsonl' },
  glance,
  { type: 'answer', field: 'method', value: 'freeze' },
);

test('every question is asked once, in order, up to the review', () => {
  const steps: string[] = [answered.step];
  let state = answered;
  for (const action of [
    { type: 'answer', field: 'precision', value: 'fp16' },
    { type: 'next' },
    { type: 'next' },
  ] as const) {
    state = reduce(state, action);
    steps.push(state.step);
  }
  expect(steps).toEqual(['precision', 'settings', 'split', 'review']);
  expect(state.draft).toEqual({
    model: './llama-13b',
    dataset: 'rows.jsonl',
    method: 'freeze',
    precision: 'fp16',
  });
});

test('a model counts once it was found; until then the wizard waits where it is', () => {
  const waiting = after(start, stepByStep, { type: 'answer', field: 'model', value: './llama-13b' });
  expect(waiting).toMatchObject({ step: 'model', draft: {}, awaited: { key: './llama-13b' } });
  expect(after(waiting, shape)).toMatchObject({
    step: 'dataset',
    draft: { model: './llama-13b' },
    awaited: null,
  });
  // Another one that was only looked at changes nothing.
  expect(after(waiting, { ...shape, source: 'other' })).toMatchObject({ step: 'model' });
});

test('a model that cannot be had is said where it was asked for, and can be asked for again', () => {
  const fault = new UserError('model-not-cached', { id: 'no/such' });
  const ask: WizardAction = { type: 'answer', field: 'model', value: 'no/such' };
  const failed = after(start, stepByStep, ask, { type: 'fault', what: 'model', key: 'no/such', fault });
  expect(failed).toMatchObject({ step: 'model', awaited: null, faults: { 'model no/such': fault } });
  expect(after(failed, ask).faults).toEqual({});
});

test('going back through everything loses nothing', () => {
  let state = answered;
  const passed: string[] = [];
  while (state.trail.length > 0) {
    passed.push(state.step);
    state = reduce(state, { type: 'back' });
  }
  expect(passed).toEqual(['precision', 'method', 'dataset', 'model']);
  expect(state).toMatchObject({ step: 'box', draft: answered.draft });
  expect(reduce(state, { type: 'back' })).toBe(state);
});

test('back closes what is open, and gives up what is awaited, before it leaves the step', () => {
  const open = after(answered, { type: 'visit', step: 'model' }, { type: 'open', within: 'hub' });
  const waiting = reduce(open, { type: 'answer', field: 'model', value: 'a/b' });
  const back = [1, 2, 3].reduce<WizardState[]>(
    (all) => [...all, reduce(all.at(-1)!, { type: 'back' })],
    [waiting],
  );
  expect(back.map(({ step, within, awaited }) => [step, within, awaited !== null])).toEqual([
    ['model', 'hub', true],
    ['model', 'hub', false],
    ['model', null, false],
    ['precision', null, false],
  ]);
});

test('a question visited from the review leads back there', () => {
  const review = after(answered, { type: 'visit', step: 'review' });
  const changed = after(
    review,
    { type: 'visit', step: 'method' },
    { type: 'answer', field: 'method', value: 'lora' },
  );
  expect(changed).toMatchObject({ step: 'review', draft: { method: 'lora' }, trail: review.trail });
});

test('what is marked is not an answer', () => {
  const marked = reduce(answered, { type: 'mark', field: 'precision', value: 'fp32' });
  expect(marked).toMatchObject({ draft: answered.draft, marked: { precision: 'fp32' } });
  expect(reduce(marked, { type: 'back' }).marked).toBeNull();
});

describe('answers given by flags or a preset', () => {
  const given = reduce(initialState({ model: './llama-13b', method: 'lora', batchSize: 32 }, null), {
    type: 'box',
    box: twoP40s,
  });

  test('are not asked again', () => {
    expect(given.given).toEqual(['model', 'method', 'settings']);
    let state = after(
      given,
      { type: 'start', recipe: given.draft, onCpu: false, to: 'dataset' },
      { type: 'answer', field: 'dataset', value: 'rows.jsonl' },
      glance,
    );
    const steps = [state.step];
    while (state.step !== 'review') {
      state = reduce(state, { type: 'next' });
      steps.push(state.step);
    }
    expect(steps).toEqual(['precision', 'split', 'review']);
  });
});

test('a split by hand is for one number of layers', () => {
  const split = after(
    answered,
    { type: 'visit', step: 'split' },
    { type: 'answer', field: 'split', value: '30,10' },
  );
  const other = (layers: number): WizardAction[] => [
    { type: 'visit', step: 'model' },
    { type: 'answer', field: 'model', value: 'other' },
    { type: 'shape', source: 'other', shape: { ...model, layers: model.layers.slice(0, layers) } },
  ];
  expect(after(split, ...other(40)).draft.split).toBe('30,10');
  expect(after(split, ...other(32)).draft.split).toBeUndefined();
});

test('a launch can be given up, and is tried anew after a failure', () => {
  const launching = after(answered, { type: 'visit', step: 'review' }, { type: 'launch' });
  expect(launching).toMatchObject({
    step: 'launch',
    launch: { attempt: 1, stage: 'environment', fault: null },
  });
  expect(reduce(launching, { type: 'back' })).toMatchObject({ step: 'review', launch: null });
  const failed = reduce(launching, { type: 'launchFailed', fault: new UserError('run-in-use', { id: 'x' }) });
  expect(reduce(failed, { type: 'launch' })).toMatchObject({
    step: 'launch',
    launch: { attempt: 2, fault: null },
  });
  expect(reduce(failed, { type: 'refused' }).step).toBe('review');
});

test('ranks without cards need another Python', () => {
  const ready = reduce(start, { type: 'environment', environment: { state: 'ready' } });
  const begin = (onCpu: boolean): WizardAction => ({ type: 'start', recipe: {}, onCpu, to: 'model' });
  expect(reduce(ready, begin(false)).environment.state).toBe('ready');
  expect(reduce(ready, begin(true)).environment.state).toBe('idle');
});

test('choosing step by step again keeps what was answered', () => {
  const back = Array.from({ length: 4 }).reduce<WizardState>(
    (state) => reduce(state, { type: 'back' }),
    answered,
  );
  expect(back.step).toBe('box');
  expect(reduce(back, takeWay('steps', back, {})!)).toMatchObject({ step: 'model', draft: answered.draft });
});

test('a model that is here need not be looked at again before it is trained', () => {
  const proposal = { recipe: { model: model.source }, shape: model, why: 'on-disk', onCpu: false } as const;
  const proposed = reduce(start, { type: 'proposal', proposal });
  expect(reduce(proposed, takeWay('proposal', proposed, {})!).shapes).toEqual({ [model.source]: model });
});

test('answers from before go on at the first question that nothing can stand in for', () => {
  expect(resumeAt({})).toBe('model');
  expect(resumeAt({ model: 'demo', precision: 'fp16' })).toBe('dataset');
  expect(resumeAt({ model: 'demo', dataset: 'demo' })).toBe('review');
});
