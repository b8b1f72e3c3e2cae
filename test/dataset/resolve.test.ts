import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resolveDatasets } from '../../src/dataset/resolve.ts';
import { packageRoot } from '../../src/package-root.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ft-wizard-dataset-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('paths become absolute and keep their order', async () => {
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'data', 'a.json'), '[{}]');
  await writeFile(join(folder, 'b.jsonl'), '{}\n');
  expect(await resolveDatasets(['b.jsonl', 'data/a.json', join(folder, 'b.jsonl')], folder)).toEqual([
    join(folder, 'b.jsonl'),
    join(folder, 'data', 'a.json'),
    join(folder, 'b.jsonl'),
  ]);
  expect(await resolveDatasets('b.jsonl', folder)).toEqual([join(folder, 'b.jsonl')]);
});

test('demo is the packaged one', async () => {
  const [file] = await resolveDatasets('demo', folder);
  expect(file).toBe(join(packageRoot(), 'python', 'ft_trainer', 'demo', 'self-cognition.jsonl'));
});

test('a file that is not there is named by its full path', async () => {
  await expect(resolveDatasets('nope.json', folder)).rejects.toMatchObject({
    code: 'dataset-not-found',
    exitCode: 2,
    message: `there is no dataset file ${join(folder, 'nope.json')}`,
    fix: expect.stringContaining('"demo"'),
  });
});

test('~ is the home folder, also in a preset that no shell has read', async () => {
  await expect(resolveDatasets('~/no-such-file.json', folder)).rejects.toMatchObject({
    message: `there is no dataset file ${join(homedir(), 'no-such-file.json')}`,
  });
});

test('a folder or an empty file is no dataset', async () => {
  await writeFile(join(folder, 'empty.json'), '');
  await expect(resolveDatasets('.', folder)).rejects.toMatchObject({ code: 'not-a-dataset' });
  await expect(resolveDatasets('empty.json', folder)).rejects.toMatchObject({
    code: 'not-a-dataset',
    exitCode: 2,
  });
});
