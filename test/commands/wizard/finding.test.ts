import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findDatasets, firstRow, glanceAt } from '../../../src/commands/wizard/datasets.ts';
import { findModels, listFolder } from '../../../src/commands/wizard/find-models.ts';

const cwd = mkdtempSync(join(tmpdir(), 'ft-wizard-finding-'));
const put = (path: string, content = '{}') => {
  mkdirSync(join(cwd, path, '..'), { recursive: true });
  writeFileSync(join(cwd, path), content);
};

beforeAll(() => {
  vi.stubEnv('HF_HUB_CACHE', join(cwd, 'hub'));
  put('hub/models--Qwen--Qwen3-8B/refs/main', 'abc');
  put('hub/datasets--a--b/refs/main', 'abc');
  put('llama/config.json');
  put('models/yi/config.json');
  put('notes/readme.txt');
  symlinkSync(join(cwd, 'llama'), join(cwd, 'link'));
  put('rows.jsonl', '{"instruction": "a", "output": "b"}\n{"instruction": "c", "output": "d"}');
  put('data/chat.json', '[\n {"messages": [{"role": "user", "content": "a } \\" ]"}]},\n {"messages": []}]');
  put('package.json', '{"name": "no dataset"}');
  put('broken.jsonl', 'not json');
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(cwd, { recursive: true });
});

test('models are found in the cache, in folders and behind links', async () => {
  expect(await findModels(join(cwd, 'runs'), cwd)).toEqual([
    { source: 'Qwen/Qwen3-8B', where: 'cache' },
    { source: './link', where: 'folder' },
    { source: './llama', where: 'folder' },
    { source: './models/yi', where: 'folder' },
  ]);
});

test('a folder shows what may be of use, or why it cannot be read', async () => {
  const entries = await listFolder('', cwd);
  expect(entries).toEqual(
    expect.arrayContaining([
      { name: 'llama', kind: 'model' },
      { name: 'link', kind: 'model' },
      { name: 'notes', kind: 'folder' },
      { name: 'rows.jsonl', kind: 'dataset' },
    ]),
  );
  await expect(listFolder('nowhere/', cwd)).rejects.toMatchObject({ code: 'folder-unreadable' });
});

test('datasets are files that look like one', async () => {
  expect(await findDatasets(join(cwd, 'runs'), cwd)).toEqual(['rows.jsonl', 'data/chat.json']);
});

test('a glance tells rows and the first of them, without Python', async () => {
  expect(await glanceAt('rows.jsonl', cwd)).toMatchObject({
    rows: 2,
    firstRow: '{"instruction": "a", "output": "b"}',
  });
  expect(await glanceAt(['rows.jsonl', 'data/chat.json'], cwd)).toMatchObject({ rows: 4 });
  await expect(glanceAt('none.jsonl', cwd)).rejects.toMatchObject({ code: 'dataset-not-found' });
});

describe('the first row', () => {
  test.each([
    ['{"a": 1}\n{"a": 2}', '{"a": 1}'],
    ['[{"a": "}"}, {"a": 2}]', '{"a": "}"}'],
    ['[\n  {"a": {"b": "\\"}"}}, 3]', '{"a": {"b": "\\"}"}}'],
    ['[{"a": "cut off', '{"a": "cut off'],
    ['', ''],
  ])('of %j is %j', (head, row) => {
    expect(firstRow(head)).toBe(row);
  });
});
