import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadModelShape } from '../../src/model/load.ts';
import { packageRoot } from '../../src/package-root.ts';
import { modelFiles, tinyConfig, writeFiles } from './checkpoint-files.ts';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'ft-wizard-load-'));
});
afterEach(() => rm(cwd, { recursive: true }));

test('a catalogue name is a shape without weights', async () => {
  expect(await loadModelShape('Llama2-13B', { cwd })).toMatchObject({
    source: 'Llama2-13B',
    path: null,
    checkpointBytes: null,
    largestTensorBytes: 2 * 32000 * 5120,
    heads: 40,
    maxPositions: 4096,
  });
});

test('demo is the packaged model, wherever it is asked for', async () => {
  const path = join(packageRoot(), 'python', 'ft_trainer', 'demo', 'model');
  expect(await loadModelShape('demo', { cwd })).toMatchObject({ source: 'demo', path });
});

test('a folder goes before a catalogue name and before a hub id', async () => {
  await writeFiles(join(cwd, 'llama2-13b'), modelFiles(tinyConfig));
  await writeFiles(join(cwd, 'owner', 'name'), modelFiles(tinyConfig));
  expect(await loadModelShape('llama2-13b', { cwd })).toMatchObject({ hiddenSize: 8 });
  expect(await loadModelShape('owner/name', { cwd })).toMatchObject({ path: join(cwd, 'owner', 'name') });
});

test('a file is not a model, and its folder is named', async () => {
  await writeFiles(cwd, modelFiles(tinyConfig));
  await expect(loadModelShape('model.safetensors', { cwd })).rejects.toMatchObject({
    code: 'not-a-model',
    fix: `Name the folder: ${cwd}`,
  });
});

test.each(['./nowhere', '/no/such/folder', 'a/b/c', '~/no-such-folder'])(
  '%s is a path, and never looked for on the hub',
  async (source) => {
    await expect(loadModelShape(source, { cwd })).rejects.toMatchObject({
      code: 'model-not-found',
      exitCode: 2,
      message: expect.stringContaining('there is no folder /'),
    });
  },
);

test('a mistyped path is told how far it leads, and what is there by a similar name', async () => {
  await mkdir(join(cwd, 'models', 'llama-13b'), { recursive: true });
  const typed = join(cwd, 'models', 'lama-13b', 'hf');
  await expect(loadModelShape(typed, { cwd })).rejects.toMatchObject({
    message: `there is no folder ${typed}: ${join(cwd, 'models')} has no lama-13b`,
    fix: `Did you mean ${join(cwd, 'models', 'llama-13b')}?`,
  });
  await expect(loadModelShape('./zzz', { cwd })).rejects.toMatchObject({
    fix: 'Correct the path, or name a hub id (owner/name).',
  });
});

test('a mistyped name brings the near ones', async () => {
  await expect(loadModelShape('lama2-13b', { cwd })).rejects.toMatchObject({
    code: 'model-not-found',
    fix: expect.stringContaining('Did you mean llama2-13b, llama2-7b or llama2-70b?'),
  });
});

test('a name like none brings all', async () => {
  await expect(loadModelShape('zzz', { cwd })).rejects.toMatchObject({
    fix: expect.stringMatching(/one of llama2-7b, .*phi4\./),
  });
});

test('where the shape is enough, a folder with nothing but a config.json has one', async () => {
  const { 'config.json': config } = modelFiles(tinyConfig);
  await writeFiles(cwd, { 'config.json': config! });
  await expect(loadModelShape('.', { cwd })).rejects.toMatchObject({ code: 'no-safetensors' });
  expect(await loadModelShape('.', { cwd, shapeOnly: true })).toMatchObject({
    path: cwd,
    checkpointBytes: null,
    config: { model_type: 'llama', hidden_size: 8 },
  });
});
