import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { planAnswerSchema } from '../../src/plan/what-if.ts';
import { type HubServer, startHub } from '../model/hub-server.ts';
import { Home, runProgram } from './harness.ts';
import { ofType, onlyRun, readEvents, runsFolder, tinyModel, training } from './runs.ts';

const id = 'owner/tiny';
const names = readdirSync(tinyModel);
const files = Object.fromEntries(names.map((name) => [name, readFileSync(path.join(tinyModel, name))]));
const weights = statSync(path.join(tinyModel, 'model.safetensors')).size;

let hub: HubServer;
beforeEach(async () => {
  hub = await startHub({ [id]: { files } });
});
afterEach(() => hub.close());

test('a model of the hub: planned by its headers, fetched once, and resumed without network', async () => {
  await using home = new Home();
  const online = { env: { HF_ENDPOINT: hub.url } };
  const planned = await runProgram(home, ['plan', '--model', id, '--json'], online);
  expect(planned.exitCode).toBe(0);
  expect(planAnswerSchema.parse(JSON.parse(planned.stdout)).model).toMatchObject({ path: null, layers: 8 });
  expect(hub.sentBytes).toBeLessThan(weights / 100);

  const args = training({ split: '3,5', maxSteps: 24, batchSize: 8 }, { model: id });
  const started = await runProgram(home, [...args, '--detach'], online);
  expect(started).toMatchObject({ exitCode: 0, stderr: '' });
  expect(started.stdout).toMatch(/Fetching the model\n(.*\n)* {2}model\.safetensors {2}3\.5 MiB/);
  const run = onlyRun(home);
  const downloads = ofType(readEvents(run), 'download').filter(({ file }) => file === 'model.safetensors');
  expect(downloads.map(({ bytes, totalBytes }) => ({ bytes, totalBytes }))).toEqual([
    { bytes: 0, totalBytes: weights },
    { bytes: weights, totalBytes: weights },
  ]);
  const fetched = Object.values(files).reduce((total, { length }) => total + length, 0);
  expect(hub.sentBytes).toBeLessThan(1.05 * fetched);
  await runProgram(home, ['stop'], online);

  await hub.close();
  const offline = { env: { ...online.env, HF_HUB_OFFLINE: '1' } };
  // Another cut-off: the rows are encoded anew, with the tokenizer of the cache.
  const dry = await runProgram(home, [...args, '--set', 'cutoffLength=48', '--dry-run', '--json'], offline);
  expect(dry.exitCode).toBe(0);
  expect(planAnswerSchema.parse(JSON.parse(dry.stdout)).model.path).toContain(home.folder);
  const resumed = await runProgram(home, ['resume'], offline);
  expect(resumed).toMatchObject({ exitCode: 0, stderr: '' });
  expect(readdirSync(run.outputFolder)).toContain('adapter_model.safetensors');
});

test('a hub that has no such model, and one that is not there', async () => {
  await using home = new Home();
  const args = [...training(), '--model'];
  const missing = await runProgram(home, [...args, 'owner/other'], { env: { HF_ENDPOINT: hub.url } });
  expect(missing.exitCode).toBe(2);
  expect(missing.stderr).toContain(`there is no model owner/other on ${hub.url}`);

  const offline = { env: { HF_ENDPOINT: hub.url, HF_HUB_OFFLINE: '1' } };
  const uncached = await runProgram(home, [...args, id], offline);
  expect(uncached.exitCode).toBe(2);
  expect(uncached.stderr).toContain('HF_HUB_OFFLINE');

  const { url } = hub;
  await hub.close();
  const unreachable = await runProgram(home, [...args, id], { env: { HF_ENDPOINT: url } });
  expect(unreachable.exitCode).toBe(4);
  expect(unreachable.stderr).toContain(`cannot reach ${url}`);
  expect(() => readdirSync(runsFolder(home))).toThrow('ENOENT');
});
