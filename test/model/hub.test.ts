import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadModelShape } from '../../src/model/load.ts';
import { entriesOf, modelFiles, tinyConfig, writeFiles } from './checkpoint-files.ts';
import { type HubServer, type Repository, startHub } from './hub-server.ts';

let home: string;
let hub: HubServer | undefined;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ft-wizard-hf-'));
  for (const name of ['HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE', 'HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE']) {
    vi.stubEnv(name, undefined);
  }
  for (const name of ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN', 'HF_TOKEN_PATH']) vi.stubEnv(name, undefined);
  for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy']) vi.stubEnv(name, undefined);
  vi.stubEnv('HF_HOME', home);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await hub?.close();
  hub = undefined;
  await rm(home, { recursive: true });
});

/** Starts a hub with those repositories and makes it the user's. */
async function serve(repositories: Record<string, Repository>): Promise<HubServer> {
  hub = await startHub(repositories);
  vi.stubEnv('HF_ENDPOINT', `${hub.url}/`);
  return hub;
}

/** Puts a model into Hugging Face's cache, laid out as huggingface_hub does it. */
async function cache(id: string, files: Record<string, Buffer>): Promise<string> {
  const repository = join(home, 'hub', `models--${id.replace('/', '--')}`);
  const snapshot = join(repository, 'snapshots', 'abc123');
  await writeFiles(snapshot, files);
  await mkdir(join(repository, 'refs'), { recursive: true });
  await writeFile(join(repository, 'refs', 'main'), 'abc123');
  return snapshot;
}

/** Wide enough that its weights outweigh headers by far. */
const wideConfig = { ...tinyConfig, hidden_size: 256, intermediate_size: 512, vocab_size: 2048 };
const [wide, tiny] = [entriesOf(wideConfig), entriesOf(tinyConfig)];

test.each([1, 3])('reads only headers, of weights in %d files', async (shards) => {
  const files = modelFiles(wideConfig, wide, shards);
  const server = await serve({ 'owner/wide': { files } });
  const sizes = Object.entries(files).filter(([name]) => name.endsWith('.safetensors'));
  const bytes = sizes.reduce((total, [, data]) => total + data.length, 0);
  expect(await loadModelShape('owner/wide')).toMatchObject({
    source: 'owner/wide',
    path: null,
    hiddenSize: 256,
    checkpointBytes: bytes,
    largestTensorBytes: 2 * 2048 * 256,
  });
  expect(server.sentBytes).toBeLessThan(bytes / 100);
});

test('a checkpoint on the hub is held against its config', async () => {
  const files = modelFiles(tinyConfig, tiny.slice(1));
  const server = await serve({ 'owner/short': { files } });
  await expect(loadModelShape('owner/short')).rejects.toMatchObject({
    code: 'checkpoint-mismatch',
    message: `${server.url}/owner/short: the weights lack model.embed_tokens.weight, which config.json calls for`,
  });
});

test('a file cut short on the hub is found by its size', async () => {
  const files = modelFiles(tinyConfig);
  files['model.safetensors'] = files['model.safetensors']!.subarray(0, -400);
  await serve({ 'owner/cut': { files } });
  await expect(loadModelShape('owner/cut')).rejects.toMatchObject({
    code: 'checkpoint-damaged',
    message: expect.stringMatching(/^http.*model\.safetensors is cut short/),
  });
});

test('pickles only, or no config.json, is refused as in a folder', async () => {
  const { 'config.json': config, 'model.safetensors': weights } = modelFiles(tinyConfig);
  await serve({
    'owner/pickled': { files: { 'config.json': config!, 'pytorch_model.bin': Buffer.from('x') } },
    'owner/bare': { files: { 'model.safetensors': weights! } },
  });
  await expect(loadModelShape('owner/pickled')).rejects.toMatchObject({ code: 'no-safetensors' });
  await expect(loadModelShape('owner/bare')).rejects.toMatchObject({ code: 'not-a-model' });
});

test('a model that is not there', async () => {
  const server = await serve({});
  await expect(loadModelShape('owner/nothing')).rejects.toMatchObject({
    code: 'model-not-found',
    exitCode: 2,
    message: `there is no model owner/nothing on ${server.url}, or it is private`,
    fix: expect.stringMatching(/^Check the spelling/),
  });
  await expect(loadModelShape('Qwen/Qwen3-8')).rejects.toMatchObject({
    fix: expect.stringMatching(/^Did you mean Qwen\/Qwen3-8B, .* or /),
  });
});

test('a gated model wants a token, and opens to the right one', async () => {
  await serve({ 'owner/gated': { files: modelFiles(tinyConfig), access: { token: 'mirror-token' } } });
  await expect(loadModelShape('owner/gated')).rejects.toMatchObject({
    code: 'model-gated',
    exitCode: 2,
    fix: expect.stringContaining('HF_TOKEN'),
  });
  vi.stubEnv('HF_TOKEN', 'wrong');
  await expect(loadModelShape('owner/gated')).rejects.toMatchObject({ code: 'bad-token' });
  vi.stubEnv('HF_TOKEN', 'mirror-token');
  await expect(loadModelShape('owner/gated')).resolves.toMatchObject({ hiddenSize: 8 });
  vi.stubEnv('HF_TOKEN', undefined);
  await writeFile(join(home, 'token'), 'mirror-token\n');
  await expect(loadModelShape('owner/gated')).resolves.toMatchObject({ hiddenSize: 8 });
});

test('a token without access is told apart from none', async () => {
  await serve({ 'owner/closed': { files: modelFiles(tinyConfig), access: 'nobody' } });
  vi.stubEnv('HF_TOKEN', 'mine');
  await expect(loadModelShape('owner/closed')).rejects.toMatchObject({
    code: 'model-gated',
    message: expect.stringContaining('your token has no access to it'),
  });
});

test('a hub that cannot be reached is named', async () => {
  const server = await serve({});
  await server.close();
  await expect(loadModelShape('owner/name')).rejects.toMatchObject({
    code: 'hub-unreachable',
    exitCode: 4,
    message: `cannot reach ${server.url}: ECONNREFUSED`,
  });
  vi.stubEnv('HTTPS_PROXY', 'http://proxy.example:3128');
  vi.stubEnv('NODE_USE_ENV_PROXY', undefined);
  await expect(loadModelShape('owner/name')).rejects.toMatchObject({
    fix: expect.stringContaining('NODE_USE_ENV_PROXY=1'),
  });
  vi.stubEnv('HF_ENDPOINT', 'not a url');
  await expect(loadModelShape('owner/name')).rejects.toMatchObject({ code: 'bad-endpoint' });
});

test('what is no hub is told so', async () => {
  const page = createServer((_, response) => response.end('<html>log in to the wireless network</html>'));
  await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('HF_ENDPOINT', `http://127.0.0.1:${(page.address() as AddressInfo).port}`);
  await expect(loadModelShape('owner/name')).rejects.toMatchObject({
    code: 'hub-unreachable',
    exitCode: 4,
    message: expect.stringContaining('does not answer as a Hugging Face hub does'),
  });
  page.close();
});

test('a model that is in the cache whole is read there, without the network', async () => {
  const server = await serve({});
  const snapshot = await cache('owner/cached', modelFiles(tinyConfig, tiny, 2));
  expect(await loadModelShape('owner/cached')).toMatchObject({ source: 'owner/cached', path: snapshot });
  expect(server.requests).toEqual([]);
});

test('one that is in the cache only in part is read from the hub', async () => {
  const files = modelFiles(tinyConfig, tiny, 2);
  const { 'model-00002-of-00002.safetensors': _, ...part } = files;
  await serve({ 'owner/partial': { files } });
  await cache('owner/partial', part);
  expect(await loadModelShape('owner/partial')).toMatchObject({ path: null, hiddenSize: 8 });
});

test('offline, only the cache counts', async () => {
  const server = await serve({ 'owner/name': { files: modelFiles(tinyConfig) } });
  vi.stubEnv('HF_HUB_OFFLINE', '1');
  await expect(loadModelShape('owner/name')).rejects.toMatchObject({
    code: 'model-not-cached',
    exitCode: 2,
    fix: expect.stringContaining('HF_HUB_OFFLINE'),
  });
  const { 'model-00001-of-00002.safetensors': _, ...part } = modelFiles(tinyConfig, tiny, 2);
  await cache('owner/name', part);
  await expect(loadModelShape('owner/name')).rejects.toMatchObject({ code: 'checkpoint-incomplete' });
  const snapshot = await cache('owner/name', modelFiles(tinyConfig, tiny, 2));
  expect(await loadModelShape('owner/name')).toMatchObject({ path: snapshot });
  expect(server.requests).toEqual([]);
});
