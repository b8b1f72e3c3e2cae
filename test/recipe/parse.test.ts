import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { parseRecipe } from '../../src/recipe/parse.ts';

function refusal(value: unknown): UserError {
  try {
    parseRecipe(value, 'recipe.json');
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('parseRecipe', () => {
  test('a model alone makes a complete recipe', () => {
    const recipe = parseRecipe({ model: 'demo' }, 'recipe.json');
    expect(recipe).toMatchObject({
      method: 'lora',
      learningRate: 2e-4,
      lora: { rank: 16, alpha: 32 },
      prompts: [],
    });
  });

  test('whole layers get a rate of their own, unless one is given', () => {
    expect(parseRecipe({ model: 'demo', method: 'freeze' }, '').learningRate).toBe(2e-5);
    expect(parseRecipe({ model: 'demo', method: 'freeze', learningRate: 1e-4 }, '').learningRate).toBe(1e-4);
  });

  test.each([
    [{}, 'recipe.json: model is missing', 'Name one with --model (a folder, a hub id, or demo).'],
    [[], 'recipe.json: the whole is [], which is not allowed', /^Use a group of settings \(model, dataset,/],
    [
      { model: 'demo', lora: { rank: 'big' } },
      'recipe.json: lora.rank is "big", which is not allowed',
      'Use a whole number from 1 to 4096.',
    ],
    [
      { model: 'demo', precision: 'fp8' },
      'recipe.json: precision is "fp8", which is not allowed',
      'Use "auto", "fp16", "bf16" or "fp32".',
    ],
    [
      { model: 'demo', lora: { dropout: 1 } },
      'recipe.json: lora.dropout is 1, which is not allowed',
      'Use a number from 0 to below 1.',
    ],
    [
      { model: 'demo', prompts: ['hi', ''] },
      'recipe.json: prompts[1] is "", which is not allowed',
      'Use text that is not empty.',
    ],
    [
      { model: 'demo', split: '20;20' },
      'recipe.json: split is "20;20", which is not allowed',
      /"auto", or layers per stage such as "20,20"/,
    ],
    [
      { model: 'demo', lora: { targets: 'qvv' } },
      'recipe.json: lora.targets is "qvv", which is not allowed',
      'Use "qv", "all-linear" or a list (each text that is not empty).',
    ],
    [
      { model: 'demo', optimizer: { beta3: 1 } },
      'recipe.json: "optimizer.beta3" is not a setting',
      'Did you mean optimizer.beta1?',
    ],
    [
      { model: 'demo', learning_rate: 1 },
      'recipe.json: "learning_rate" is not a setting',
      'Did you mean learningRate?',
    ],
    [{ model: 'demo', rank: 8 }, 'recipe.json: "rank" is not a setting', 'Did you mean lora.rank?'],
    [
      { model: 'demo', freeze: { zebra: 1 } },
      'recipe.json: "freeze.zebra" is not a setting',
      'Known here: layers.',
    ],
  ])('%j is refused with the path of the field', (value, message, fix) => {
    const error = refusal(value);
    expect(error.code).toBe('recipe-invalid');
    expect(error.exitCode).toBe(2);
    expect(error.message).toBe(message);
    expect(error.fix).toMatch(fix);
  });

  test('everything wrong is said at once', () => {
    expect(refusal({ epochs: -1, method: 'lore' }).message).toMatchInlineSnapshot(`
      "recipe.json: 3 fields are wrong:
        model is missing. Name one with --model (a folder, a hub id, or demo).
        method is "lore", which is not allowed. Use "lora" or "freeze".
        epochs is -1, which is not allowed. Use a number above 0."
    `);
  });

  test('a key cannot reach the prototype', () => {
    const error = refusal(JSON.parse('{"model":"demo","__proto__":{"method":"freeze"}}'));
    expect(error.message).toContain('"__proto__" is not a setting');
  });

  test('what is quoted cannot steer the terminal', () => {
    expect(refusal({ model: 'demo', precision: '\u001b[2J\u202efp' }).message).toContain(
      '"\\u001b[2J\\u202efp"',
    );
  });
});
