import { describe, expect, test } from 'vitest';
import type { TokenizerFacts } from '../../../src/model/tokenizer.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import type { RecipeInput } from '../../../src/recipe/schema.ts';
import { dataOf, planInput, problemIn, smallLlama } from '../fixtures.ts';

const chatml = "{% for m in messages %}{{ '<|im_start|>' + m.role }}{% endfor %}";
const facts: TokenizerFacts = {
  chatTemplate: chatml,
  addedTokens: { '<|im_start|>': 498, '<|im_end|>': 499 },
};

function withTokenizer(
  tokenizer: TokenizerFacts | null,
  recipe: Partial<RecipeInput> = {},
  tokens?: { tokens: number; highestId: number },
) {
  const data = { ...dataOf(Array(50).fill(100)), ...(tokens && { tokenizer: tokens }) };
  return planInput(recipe, {
    model: { ...smallLlama, tokenizer },
    data: tokens ? data : null,
    datasets: ['/data.json'],
  });
}

test('a tokenizer that goes with the model and the template is no matter', () => {
  const input = withTokenizer(facts, {}, { tokens: 500, highestId: 499 });
  expect(makePlan(input).problems).toEqual([]);
});

describe('vocabulary', () => {
  test('an id without a row in the embedding is refused', () => {
    expect(
      problemIn(withTokenizer(facts, {}, { tokens: 501, highestId: 500 }), 'token-without-embedding'),
    ).toMatchObject({
      severity: 'error',
      message: expect.stringContaining('id 500'),
    });
  });

  test('tokens beyond the embedding are pointed out while it is not known whether the data has them', () => {
    const larger = { ...facts, addedTokens: { ...facts.addedTokens, '<pad>': 500 } };
    expect(problemIn(withTokenizer(larger), 'tokenizer-larger')?.message).toContain('(<pad>)');
    const read = withTokenizer(larger, {}, { tokens: 501, highestId: 499 });
    expect(problemIn(read, 'tokenizer-larger')).toBeUndefined();
  });

  test('a tokenizer of far fewer tokens is another model’s', () => {
    const found = (tokens: number) =>
      problemIn(withTokenizer(facts, {}, { tokens, highestId: 100 }), 'tokenizer-foreign');
    expect(found(300)?.message).toContain('300');
    expect(found(480)).toBeUndefined();
  });
});

describe('template', () => {
  test('auto needs a chat template: an error with a dataset, a caution without', () => {
    const base = withTokenizer({ ...facts, chatTemplate: null });
    expect(problemIn(base, 'no-chat-template')).toMatchObject({
      severity: 'error',
      fix: expect.stringContaining('alpaca, tigerbot, chatml or llama2'),
    });
    expect(problemIn({ ...base, datasets: [] }, 'no-chat-template')?.severity).toBe('warning');
    expect(problemIn(withTokenizer(facts), 'no-chat-template')).toBeUndefined();
    expect(problemIn(withTokenizer(null), 'no-chat-template')).toBeUndefined();
    const random = withTokenizer({ ...facts, chatTemplate: null }, { weights: 'random' });
    expect(problemIn(random, 'no-chat-template')).toBeUndefined();
  });

  test('another form than the model’s own is pointed out, its own by name is not', () => {
    const named = (template: string, tokenizer = facts) =>
      problemIn(withTokenizer(tokenizer, { template }), 'template-foreign');
    expect(named('alpaca')?.severity).toBe('warning');
    expect(named('chatml')).toBeUndefined();
    expect(named('auto')).toBeUndefined();
    expect(named('alpaca', { ...facts, chatTemplate: null })).toBeUndefined();
  });

  test('tokens that the template writes and the tokenizer does not know', () => {
    const missing = (addedTokens: TokenizerFacts['addedTokens']) =>
      problemIn(
        withTokenizer({ chatTemplate: null, addedTokens }, { template: 'chatml' }),
        'template-tokens-missing',
      );
    expect(missing({ '</s>': 2, '<|im_start|>': 3 })?.message).toContain('<|im_end|>');
    expect(missing({ '</s>': 2, '<|im_start|>': 3 })?.message).not.toContain('<|im_start|>');
    expect(missing(facts.addedTokens)).toBeUndefined();
    expect(missing(null)).toBeUndefined();
  });
});
