import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Preset } from '../../src/recipe/preset.ts';
import { forExport, readForeignPreset, readSmallFile } from '../../src/recipe/travel.ts';

const folder = mkdtempSync(join(tmpdir(), 'travel-'));
const file = join(folder, 'p.json');
const frame = { name: 'theirs', description: 'Theirs.' };

const read = (recipe: object, more: object = {}): Preset =>
  readForeignPreset(JSON.stringify({ ...frame, recipe, ...more }), file);

describe('a preset of someone else', () => {
  test.each([
    { model: 'org/name-7b', dataset: 'demo' },
    { model: 'llama2-13b', dataset: 'data/train.v2.jsonl' },
    { dataset: ['a.jsonl', '中文/b.jsonl'], prompts: ['你是谁？', '👩‍🔬?'] },
  ])('may hold %j', (recipe) => {
    expect(read(recipe).recipe).toEqual(recipe);
  });

  test.each([
    ['recipe.model', { model: '/home/someone/model' }],
    ['recipe.model', { model: '../model' }],
    ['recipe.model', { model: 'a/../../b' }],
    ['recipe.model', { model: '~/model' }],
    ['recipe.model', { model: 'C:\\model' }],
    ['recipe.model', { model: 'https://example.org/x' }],
    ['recipe.model', { model: '-x' }],
    ['recipe.dataset', { dataset: '/etc/passwd' }],
    ['recipe.dataset', { dataset: ['ok.jsonl', 'a/../../x'] }],
    ['recipe.dataset', { dataset: '.ssh/id_rsa' }],
    ['recipe.dataset', { dataset: 'a/.git/config' }],
    ['recipe.dataset', { dataset: '~/x' }],
    ['recipe.dataset', { dataset: 'a//b' }],
    ['recipe.dataset', { dataset: '..\\x' }],
    ['recipe.dataset', { dataset: 'file:x' }],
    ['recipe.output', { output: 'results' }],
    ['recipe.prompts[0]', { prompts: ['\u001b]52;c;aGk=\u0007'] }],
    ['recipe.prompts[0]', { prompts: ['\u202e?'] }],
    ['recipe.lora.targets[0]', { lora: { targets: ['q\nproj'] } }],
  ])('%s is refused: %j', (path, recipe) => {
    const message = expect.stringContaining(`p.json: ${path} `);
    expect(() => read(recipe)).toThrow(
      expect.objectContaining({ code: 'preset-unsafe', message, exitCode: 2 }),
    );
  });

  test.each(['command', 'python', 'env', 'hooks'])('has no place for %s', (key) => {
    const refusal = { code: 'preset-invalid', message: expect.stringContaining(`"${key}" is not a setting`) };
    expect(() => read({}, { [key]: 'x' })).toThrow(expect.objectContaining(refusal));
    const inside = {
      code: 'preset-invalid',
      message: expect.stringContaining(`"recipe.${key}" is not a setting`),
    };
    expect(() => read({ [key]: 'x' })).toThrow(expect.objectContaining(inside));
  });

  test.each([
    ['missing.json', undefined, /does not exist/],
    ['big.json', JSON.stringify({ ...frame, recipe: {}, pad: 'x'.repeat(70_000) }), /larger than 64 KiB/],
    ['text.json', 'not \u001b[2J json', /text\.json is not JSON: "[\x20-\x7e]*$/],
    ['.', undefined, /is not a file|cannot be opened/],
  ])('%s is refused', async (name, text, message) => {
    const path = join(folder, name);
    if (text !== undefined) writeFileSync(path, text);
    const reading = async () => readForeignPreset(await readSmallFile(path), path);
    await expect(reading()).rejects.toThrow(message);
  });
});

test('an export leaves behind what only means something here, and can be imported', () => {
  const recipe = { model: '/data/m', dataset: 'demo', output: '/data/out', lora: { rank: 4 } };
  const { preset, leftOut } = forExport({ ...frame, recipe });
  expect(leftOut).toEqual(['recipe.model', 'recipe.output']);
  expect(read(preset.recipe).recipe).toEqual({ dataset: 'demo', lora: { rank: 4 } });
});
