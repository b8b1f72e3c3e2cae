import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readDataSummary } from '../../src/dataset/read.ts';
import type { DataSummary } from '../../src/dataset/schema.ts';

const summary: DataSummary = {
  version: 1,
  files: [{ path: '/data/a.jsonl', format: 'alpaca', rows: 2 }],
  rows: 2,
  template: 'alpaca',
  cutoffLength: 64,
  tokens: { total: 90, longest: 70, truncatedRows: 1, histogram: [{ upTo: 128, rows: 2 }] },
  targetTokens: 40,
  badRows: [],
  contentHash: 'ab12',
  sample: [{ text: 'hello', learned: true }],
};

let file: string;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ft-wizard-data-'));
  file = join(folder, 'data.json');
});
afterEach(() => rm(folder, { recursive: true }));

test('reads what inspect wrote', async () => {
  await writeFile(file, JSON.stringify(summary));
  expect(await readDataSummary(file)).toEqual(summary);
});

test('a summary that breaks the contract is refused with the field', async () => {
  await writeFile(file, JSON.stringify({ ...summary, tokens: { ...summary.tokens, longest: -1 } }));
  await expect(readDataSummary(file)).rejects.toThrow(/data\.json: tokens\.longest/);
});
