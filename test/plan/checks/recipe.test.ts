import { describe, expect, test } from 'vitest';
import type { RecipeInput } from '../../../src/recipe/schema.ts';
import { cards, llama, p40, planInput, problemIn } from '../fixtures.ts';

describe('what a practitioner would take for a typo', () => {
  test.each<[string, Partial<RecipeInput>, string | null]>([
    ['learning-rate-unusual', { learningRate: 0.02 }, 'learningRate=0.0002'],
    ['learning-rate-unusual', { learningRate: 2e-8 }, 'learningRate=0.0002'],
    ['learning-rate-unusual', { learningRate: 1e-3 }, null],
    ['learning-rate-unusual', { method: 'freeze', learningRate: 2e-4 }, 'learningRate=0.00002'],
    ['learning-rate-unusual', { method: 'freeze', learningRate: 5e-5 }, null],
    ['rank-beyond-layer', { lora: { rank: 2048, targets: 'qv' } }, 'lora.rank to 1024 or less'],
    ['rank-beyond-layer', { lora: { rank: 2048, targets: ['q_proj'] } }, null],
    ['rank-beyond-layer', { lora: { rank: 256, targets: 'qv' } }, null],
    ['rank-beyond-layer', { method: 'freeze', lora: { rank: 4096 } }, null],
    ['alpha-unusual', { lora: { rank: 64, alpha: 1 } }, 'lora.alpha=128'],
    ['alpha-unusual', { lora: { rank: 8, alpha: 512 } }, 'lora.alpha=16'],
    ['alpha-unusual', { lora: { rank: 64, alpha: 16 } }, null],
    ['alpha-unusual', { method: 'freeze', learningRate: 2e-5, lora: { alpha: 1, rank: 64 } }, null],
  ])('%s: %j', (code, recipe, fix) => {
    const model = llama({ kvHeads: 8 });
    const found = problemIn(planInput(recipe, { model, cards: cards(4) }), code);
    if (fix === null) expect(found).toBeUndefined();
    else expect(found).toMatchObject({ severity: 'warning', fix: expect.stringContaining(fix) });
  });
});

describe('precision', () => {
  const gemma = { ...llama(), overflowsInHalf: true };
  const found = (code: string, recipe: Partial<RecipeInput>, input: Parameters<typeof planInput>[1] = {}) =>
    problemIn(planInput(recipe, input), code);

  test('fp16 for a model that overflows in it: bf16 where the cards can, fp32 where they cannot', () => {
    expect(found('fp16-overflows', { precision: 'fp16' }, { model: gemma })?.fix).toContain('precision=auto');
    expect(found('fp16-overflows', {}, { model: gemma, cards: cards(2, p40) })?.fix).toContain(
      'precision=fp32',
    );
    expect(found('fp16-overflows', {}, { model: gemma })).toBeUndefined();
    expect(found('fp16-overflows', { precision: 'fp16' })).toBeUndefined();
  });

  test('fp32 on cards for a large model, unless there is no other way', () => {
    const fp32 = { precision: 'fp32' } as const;
    const four = { cards: cards(4) };
    expect(found('fp32-wasteful', fp32, four)?.message).toContain('13.0 billion');
    expect(found('fp32-wasteful', {}, four)).toBeUndefined();
    expect(found('fp32-wasteful', fp32, { model: llama({ layers: 2 }) })).toBeUndefined();
    expect(found('fp32-wasteful', fp32, { cards: [] })).toBeUndefined();
    expect(found('fp32-wasteful', fp32, { model: gemma, cards: cards(4, p40) })).toBeUndefined();
  });
});
