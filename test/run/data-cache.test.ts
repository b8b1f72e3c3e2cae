import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectData, linkData } from '../../src/run/data-cache.ts';
import { makeRun, script, setEnvironment, temporaryFolder } from './fixtures.ts';

const summary = {
  version: 1,
  files: [],
  rows: 2,
  template: 'chatml',
  cutoffLength: 64,
  tokens: { total: 20, longest: 12, truncatedRows: 0, histogram: [] },
  targetTokens: 8,
  badRows: [],
  contentHash: 'abc',
  sample: [],
};

/** A model folder, a dataset, and a Python whose `inspect` writes what the real one does. */
function setUp({ fails = false } = {}) {
  const folder = temporaryFolder();
  const cache = join(folder, 'cache');
  setEnvironment({ XDG_CACHE_HOME: cache });
  const dataset = join(folder, 'rows.jsonl');
  writeFileSync(dataset, '{}\n');
  const model = join(folder, 'model');
  mkdirSync(model);
  writeFileSync(join(model, 'tokenizer.json'), '{}');
  writeFileSync(join(model, 'model.safetensors'), '');
  const calls = join(folder, 'calls');
  const work = `while [ "$1" != --out ]; do shift; done; mkdir -p "$2/data"
    echo '${JSON.stringify(summary)}' > "$2/data.json"; echo rows > "$2/data/tokens.npy"`;
  const python = script(folder, 'python', `echo "$@" >> ${calls}; ${fails ? 'exit 1' : work}`);
  const request = { model, datasets: [dataset], template: 'auto', cutoffLength: 64 };
  return {
    folder,
    dataset,
    model,
    entries: join(cache, 'ft-wizard/data'),
    inspect: (change: Partial<typeof request> = {}) => inspectData(python, { ...request, ...change }),
    calls: () => readFileSync(calls, 'utf8').trim().split('\n').length,
  };
}

describe('inspectData', () => {
  it('reads once and remembers', async () => {
    const { inspect, calls, entries } = setUp();
    const first = await inspect();
    expect(first.summary).toEqual(summary);
    expect(await inspect()).toEqual(first);
    expect(calls()).toBe(1);
    expect(readdirSync(entries)).toHaveLength(1);
  });

  it('reads again when dataset, tokenizer, template or length change, and not for the weights', async () => {
    const { inspect, calls, dataset, model } = setUp();
    await inspect();
    writeFileSync(join(model, 'model.safetensors'), 'new weights');
    await inspect();
    expect(calls()).toBe(1);
    appendFileSync(dataset, '{}\n');
    await inspect();
    writeFileSync(join(model, 'tokenizer.json'), '{"new": true}');
    await inspect();
    await inspect({ template: 'alpaca' });
    await inspect({ cutoffLength: 128 });
    expect(calls()).toBe(5);
  });

  it('leaves nothing behind when reading fails', async () => {
    const { inspect, entries } = setUp({ fails: true });
    await expect(inspect()).rejects.toMatchObject({ code: 'trainer-crashed' });
    expect(readdirSync(entries)).toEqual([]);
  });

  it('drops what nobody has asked for in a month', async () => {
    const { inspect, entries } = setUp();
    mkdirSync(join(entries, 'old'), { recursive: true });
    mkdirSync(join(entries, 'recent'));
    utimesSync(join(entries, 'old'), 0, 0);
    await inspect();
    expect(existsSync(join(entries, 'old'))).toBe(false);
    expect(existsSync(join(entries, 'recent'))).toBe(true);
  });
});

it('linkData shares the files with the cache, and outlives it', async () => {
  const { inspect, folder } = setUp();
  const data = await inspect();
  const run = makeRun({ root: join(folder, 'runs') });
  linkData(data, run);
  expect(JSON.parse(readFileSync(run.dataFile, 'utf8'))).toEqual(summary);
  const [cached, linked] = [join(data.folder, 'data/tokens.npy'), join(run.dataFolder, 'tokens.npy')];
  expect(statSync(linked).ino).toBe(statSync(cached).ino);
});
