import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recipeArguments, shellLine } from '../../src/recipe/command-line.ts';
import { fieldAt } from '../../src/recipe/fields.ts';
import type { RecipeDraft } from '../../src/recipe/parse.ts';
import {
  fieldOf,
  fieldsFor,
  isAnswered,
  isMissing,
  questions,
  withField,
} from '../../src/recipe/questions.ts';
import { recipeSchema } from '../../src/recipe/schema.ts';
import { applySettings } from '../../src/recipe/settings.ts';
import { UnfinishedStore } from '../../src/recipe/unfinished.ts';

const settings = questions.find(({ id }) => id === 'settings')!;

describe('the table of questions', () => {
  test('asks for fields that a recipe has', () => {
    const fields = questions.flatMap(({ fields, more = [] }) => [...fields, ...more]);
    expect(fields.filter((field) => fieldAt(recipeSchema, field.split('.')) === undefined)).toEqual([]);
    expect(new Set(fields).size).toBe(fields.length);
  });

  test('leaves out what the method does not have', () => {
    expect(fieldsFor(settings, { method: 'freeze' })).not.toContain('lora.rank');
    expect(fieldsFor(settings, {})).not.toContain('freeze.layers');
    expect(fieldsFor(settings, {}, true)).toContain('seed');
  });

  test('a question is answered by any of its fields', () => {
    expect(isAnswered(settings, { lora: { rank: 8 } })).toBe(true);
    expect(isAnswered(settings, { method: 'lora', seed: 1 })).toBe(false);
  });

  test('random weights need a model, but no dataset', () => {
    const missing = (draft: RecipeDraft) =>
      questions.filter((question) => isMissing(question, draft)).map(({ id }) => id);
    expect(missing({})).toEqual(['model', 'dataset']);
    expect(missing({ weights: 'random' })).toEqual(['model']);
    expect(missing({ model: 'm', dataset: 'd' })).toEqual([]);
  });
});

test('a field is set and left open again without touching the draft', () => {
  const draft: RecipeDraft = { model: 'm', lora: { rank: 8 } };
  const changed = withField(draft, 'lora.alpha', 16);
  expect(changed).toEqual({ model: 'm', lora: { rank: 8, alpha: 16 } });
  expect(draft).toEqual({ model: 'm', lora: { rank: 8 } });
  expect(fieldOf(changed, 'lora.alpha')).toBe(16);
  expect(fieldOf({}, 'lora.alpha')).toBeUndefined();
  expect(withField(draft, 'lora.rank', undefined)).toEqual({ model: 'm' });
});

describe('the command that says the same', () => {
  test('names what differs from the defaults, and nothing else', () => {
    expect(
      recipeArguments({
        model: 'm',
        dataset: ['a.jsonl', 'b.jsonl'],
        method: 'lora',
        batchSize: 16,
        lora: { rank: 32 },
      }),
    ).toEqual(['--model', 'm', '--dataset', 'a.jsonl', '--dataset', 'b.jsonl', '--set', 'lora.rank=32']);
    expect(recipeArguments({ method: 'freeze', learningRate: 2e-5 })).toEqual(['--method', 'freeze']);
    expect(recipeArguments({ method: 'freeze', learningRate: 2e-4 })).toContain('learningRate=0.0002');
  });

  test.each<RecipeDraft>([
    { lora: { targets: ['q_proj', 'v_proj'], dropout: 0 }, split: '20,20' },
    { prompts: ['who are you?', "it's"], learningRate: 1e-5, template: 'alpaca', evalRatio: 0.1 },
    { template: '123' },
  ])('means the same when it is read again: %j', (draft) => {
    const words = recipeArguments(draft).filter((word) => word !== '--set');
    expect(applySettings({}, words)).toEqual(draft);
  });

  test('is quoted for a shell', () => {
    expect(shellLine(['a', 'b c', "it's", '--set', 'x=1,2'])).toBe(`a 'b c' 'it'\\''s' --set x=1,2`);
  });
});

describe('answers of a wizard that was left', () => {
  const folder = () => mkdtempSync(join(tmpdir(), 'ft-wizard-unfinished-'));

  test('are there again until they are cleared', () => {
    const place = folder();
    const store = new UnfinishedStore(place);
    expect(store.read()).toBeNull();
    store.write({ recipe: { model: 'm', lora: { rank: 8 } }, onCpu: true });
    expect(new UnfinishedStore(place).read()).toMatchObject({
      recipe: { model: 'm', lora: { rank: 8 } },
      onCpu: true,
    });
    store.clear();
    expect(new UnfinishedStore(place).read()).toBeNull();
    rmSync(place, { recursive: true });
  });

  test.each(['{', '{"recipe": {"rank": 8}, "saved": "2026-01-01"}'])(
    'are none where the file says %s',
    (content) => {
      const place = folder();
      new UnfinishedStore(place).write({ recipe: { model: 'm' }, onCpu: false });
      writeFileSync(join(place, readdirSync(place)[0]!), content);
      expect(new UnfinishedStore(place).read()).toBeNull();
      rmSync(place, { recursive: true });
    },
  );
});
