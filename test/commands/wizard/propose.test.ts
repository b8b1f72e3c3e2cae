import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Candidate, chooseCandidate, proposeRun } from '../../../src/commands/wizard/propose.ts';
import { type HubServer, startHub } from '../../model/hub-server.ts';
import { cards, llama, p40 } from '../../plan/fixtures.ts';
import { boxOf, twoP40s } from '../../ui/wizard/fakes.ts';

const demo = { model: 'demo', dataset: 'demo' };
const small = llama({ layers: 10 });
const large = llama({ layers: 40 });
const huge = llama({ layers: 400 });
const candidate = (model: string, shape: typeof small, why: Candidate['why']): Candidate => ({
  model,
  shape,
  why,
});

let hub: HubServer;
beforeEach(async () => {
  hub = await startHub({ 'Qwen/Qwen3-14B': { files: {} } });
  vi.stubEnv('HF_ENDPOINT', hub.url);
  vi.stubEnv('HF_HUB_OFFLINE', undefined);
  vi.stubEnv('TRANSFORMERS_OFFLINE', undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.close();
});

test('the model used last is proposed before a larger one', () => {
  const candidates = [candidate('large', large, 'on-disk'), candidate('small', small, 'recent')];
  expect(chooseCandidate(twoP40s, candidates, 'd')).toMatchObject({
    recipe: { model: 'small', dataset: 'd' },
    why: 'recent',
  });
});

test('of several at hand, the largest that fits', () => {
  const candidates = [
    candidate('small', small, 'on-disk'),
    candidate('huge', huge, 'on-disk'),
    candidate('large', large, 'on-disk'),
  ];
  expect(chooseCandidate(twoP40s, candidates, 'd')?.recipe.model).toBe('large');
  expect(chooseCandidate(twoP40s, [candidate('huge', huge, 'recent')], 'd')).toBeNull();
});

test('a base model, which has no chat template, is proposed with one by name', () => {
  const template = (chatTemplate: string | null) => {
    const shape = { ...large, tokenizer: { chatTemplate, addedTokens: null } };
    return chooseCandidate(twoP40s, [candidate('large', shape, 'recent')], 'd')?.recipe.template;
  };
  expect([template(null), template('{{ messages }}')]).toEqual(['alpaca', undefined]);
});

test('many cards are given enough micro-batches to be busy', () => {
  const batch = (count: number) =>
    chooseCandidate(boxOf(cards(count)), [candidate('large', large, 'recent')], 'd')?.recipe.batchSize;
  expect([batch(2), batch(8)]).toEqual([undefined, 32]);
});

test('with nothing at hand a common model is fetched; for imagined cards its shape is enough', async () => {
  const there = await proposeRun(twoP40s, [], { dataset: 'd', demo });
  expect(there).toMatchObject({ recipe: { model: 'Qwen/Qwen3-14B' }, why: 'from-hub', onCpu: false });
  expect(hub.requests).toEqual(['/api/models/Qwen/Qwen3-14B']);
  const imagined = boxOf(cards(2, p40), { imagined: '2xP40' });
  expect((await proposeRun(imagined, [], { dataset: 'd', demo })).recipe.model).toBe('qwen3-14b');
});

test.each([
  ['does not answer', () => hub.close()],
  ['must not be asked', () => vi.stubEnv('HF_HUB_OFFLINE', '1')],
  ['does not have the model', () => vi.stubEnv('HF_ENDPOINT', `${hub.url}/mirror`)],
])('where the hub %s, the demo, which can be started', async (_, happens) => {
  await happens();
  expect(await proposeRun(twoP40s, [], { dataset: 'd', demo })).toMatchObject({
    recipe: demo,
    why: 'no-hub',
    onCpu: true,
  });
});

test('one that just about fits is chosen only where that has been allowed', () => {
  const choose = (layers: number, room: 'ample' | 'tight') =>
    chooseCandidate(twoP40s, [candidate('m', llama({ layers }), 'on-disk')], 'd', room);
  const layers = [60, 62, 64, 66, 68, 70, 72].filter((each) => choose(each, 'tight'));
  expect(layers.length).toBeGreaterThan(1);
  expect(choose(layers.at(-1)!, 'ample')).toBeNull();
  expect(choose(layers[0]!, 'ample')).not.toBeNull();
});

test('without cards, the demo', async () => {
  expect(await proposeRun(boxOf([]), [], { dataset: 'd', demo })).toMatchObject({
    recipe: demo,
    why: 'demo',
    onCpu: true,
  });
});
