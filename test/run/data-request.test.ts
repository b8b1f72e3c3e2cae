import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { dataRequest } from '../../src/run/data-request.ts';
import { planInput, smallLlama } from '../plan/fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'ft-wizard-rows-'));
afterAll(() => rmSync(folder, { recursive: true }));
const lengths = join(folder, 'lengths.json');
const text = join(folder, 'rows.jsonl');
writeFileSync(lengths, '{"lengths": [5, 7]}');
writeFileSync(text, '{"instruction": "q", "output": "a"}');

const here = { model: { ...smallLlama, path: '/model' } };
const random = { vocabulary: 500, cutoffLength: 64, seed: 7 };

it('reads text with the model it is for', async () => {
  expect(await dataRequest(planInput({ cutoffLength: 64 }, { ...here, datasets: [text] }))).toEqual({
    model: '/model',
    datasets: [text],
    template: 'auto',
    cutoffLength: 64,
  });
});

it('makes rows up as long as a file says, whatever the weights', async () => {
  const input = planInput({ cutoffLength: 64, seed: 7 }, { ...here, datasets: [lengths] });
  expect(await dataRequest(input)).toEqual({ ...random, lengths });
});

it('without any, makes four batches of full rows', async () => {
  const input = planInput(
    { weights: 'random', cutoffLength: 64, seed: 7, batchSize: 6 },
    { model: smallLlama },
  );
  expect(await dataRequest(input)).toEqual({ ...random, lengths: 24 });
});

it('needs a tokenizer for text, and lengths alone', async () => {
  const shape = planInput({ weights: 'random' }, { model: smallLlama, datasets: [text] });
  await expect(dataRequest(shape)).rejects.toMatchObject({ code: 'no-tokenizer' });
  const both = planInput({}, { ...here, datasets: [lengths, text] });
  await expect(dataRequest(both)).rejects.toMatchObject({ code: 'dataset-mixed' });
});
