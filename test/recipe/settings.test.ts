import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { applySettings } from '../../src/recipe/settings.ts';

describe('applySettings', () => {
  test.each([
    ['lora.rank=32', { lora: { rank: 32 } }],
    ['learningRate=2e-4', { learningRate: 2e-4 }],
    ['split=20,20', { split: '20,20' }],
    ['split=20', { split: '20' }],
    ['lora.targets=qv', { lora: { targets: 'qv' } }],
    ['lora.targets=q_proj,v_proj', { lora: { targets: ['q_proj', 'v_proj'] } }],
    ['dataset=a=b.jsonl', { dataset: 'a=b.jsonl' }],
    ['dataset=["a.jsonl","b.jsonl"]', { dataset: ['a.jsonl', 'b.jsonl'] }],
    ['model=123', { model: '123' }],
    ['packing=true', { packing: true }],
    ['prompts=Hello, who are you?', { prompts: ['Hello, who are you?'] }],
    ['prompts=["a","b"]', { prompts: ['a', 'b'] }],
    ['optimizer.beta2=0.95', { optimizer: { beta2: 0.95 } }],
  ])('%s', (setting, expected) => {
    expect(applySettings({}, [setting])).toEqual(expected);
  });

  test('later ones win, neighbours stay, and the draft given is left alone', () => {
    const draft = { model: 'demo', lora: { rank: 8, alpha: 16 } };
    expect(applySettings(draft, ['lora.rank=4', 'lora.rank=2'])).toEqual({
      model: 'demo',
      lora: { rank: 2, alpha: 16 },
    });
    expect(draft.lora.rank).toBe(8);
  });

  test('null takes a setting back to its default', () => {
    expect(applySettings({ maxSteps: 3 }, ['maxSteps=null'])).toEqual({});
  });

  test.each([
    ['lora.rank', '--set "lora.rank" has no "="', /lora\.rank=32/],
    ['=3', '--set "=3" has no "="', /lora/],
    ['lora.rnk=3', '--set: "lora.rnk" is not a setting', 'Did you mean lora.rank?'],
    ['learning_rate=1', '--set: "learning_rate" is not a setting', 'Did you mean learningRate?'],
    ['__proto__.x=1', '--set: "__proto__.x" is not a setting', /Known here: model/],
    ['model.toString=1', '--set: "model.toString" is not a setting', /Known here/],
    ['lora={"rank":1}', '--set: lora is a group', /lora\.rank, lora\.alpha/],
    ['lora.rank=0', '--set: lora.rank is 0, which is not allowed', 'Use a whole number from 1 to 4096.'],
    ['lora.rank=many', '--set: lora.rank is "many", which is not allowed', /whole number/],
    ['precision=fp8', '--set: precision is "fp8", which is not allowed', /"bf16"/],
    ['model=', '--set: model is "", which is not allowed', /hub id/],
  ])('%s is refused', (setting, message, fix) => {
    const attempt = () => applySettings({}, [setting]);
    expect(attempt).toThrow(UserError);
    expect(attempt).toThrow(
      expect.objectContaining({ code: 'setting-invalid', message, fix: expect.stringMatching(fix) }),
    );
  });
});
