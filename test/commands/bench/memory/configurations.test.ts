import { describe, expect, test } from 'vitest';
import { configurations } from '../../../../src/commands/bench/memory/configurations.ts';
import { cardsFor, planInputOf, planWithRoom } from '../../../../src/commands/bench/memory/training.ts';
import { parseCardSpec } from '../../../../src/hardware/spec.ts';
import { makePlan } from '../../../../src/plan/plan.ts';
import { host } from '../../../plan/fixtures.ts';

/** Inputs for idle cards of a kind, null where a configuration needs more of them. */
function inputsOn(spec: string) {
  return configurations.map((configuration) => {
    const cards = cardsFor(configuration, parseCardSpec(spec));
    return { configuration, input: cards && planInputOf(configuration, { cards, host }, null) };
  });
}

test('names tell them apart, and can stand in a list with commas', () => {
  const names = configurations.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^[\w.-]+$/.test(name))).toEqual([]);
});

test('all of them fit cards of 80 GB, and most a card of 24', () => {
  const large = inputsOn('2xh100').map(({ input }) => makePlan(input!));
  expect(large.filter(({ fits }) => !fits)).toEqual([]);
  const small = inputsOn('1x3090').filter(({ input }) => input && makePlan(input).fits);
  expect(small.length).toBeGreaterThan(24);
});

test('each says by itself how it is trained: nothing depends on what fits', () => {
  for (const { configuration, input } of inputsOn('2xh100')) {
    const [close, ample] = [makePlan(input!), planWithRoom(input!)];
    expect([close.checkpointing, close.graphedLength, close.transport], configuration.name).toEqual([
      ample.checkpointing,
      ample.graphedLength,
      ample.transport,
    ]);
    expect(configuration.recipe).toMatchObject({
      checkpointing: expect.any(String),
      precision: expect.any(String),
    });
  }
});

describe.each(['fit', 'held-out'] as const)('the half %s', (half) => {
  const inputs = inputsOn('2xh100').filter(({ configuration }) => configuration.half === half);
  const plans = inputs.map(({ input }) => ({ ...input!, plan: makePlan(input!) }));
  const kinds = <T>(of: (each: (typeof plans)[number]) => T) => new Set(plans.map(of));

  test('is half of them', () => {
    expect(inputs.length).toBe(configurations.length / 2);
  });

  test('has every factor', () => {
    expect(kinds(({ plan }) => plan.precision.value)).toEqual(new Set(['bf16', 'fp16', 'fp32']));
    expect(kinds(({ plan }) => plan.schedule)).toEqual(new Set(['1f1b', 'gpipe', 'naive']));
    expect(kinds(({ plan }) => plan.transport)).toEqual(new Set(['host', 'nccl']));
    expect(kinds(({ plan }) => plan.checkpointing)).toEqual(new Set(['none', 'full']));
    expect(kinds(({ plan }) => plan.graphedLength === null)).toEqual(new Set([true, false]));
    expect(kinds(({ plan }) => plan.dataParallel)).toEqual(new Set([1, 2]));
    expect(kinds(({ recipe }) => recipe.packing)).toEqual(new Set([true, false]));
    expect(kinds(({ recipe }) => recipe.method)).toEqual(new Set(['lora', 'freeze']));
    const adapted = plans.filter(({ recipe }) => recipe.method === 'lora').map(({ recipe }) => recipe.lora);
    expect(new Set(adapted.map(({ targets }) => targets))).toEqual(new Set(['qv', 'all-linear']));
    expect(new Set(adapted.map(({ dropout }) => dropout > 0))).toEqual(new Set([true, false]));
    const ranks = adapted.map(({ rank }) => rank);
    expect([Math.min(...ranks), Math.max(...ranks)]).toEqual([8, 256]);
    const lengths = plans.map(({ recipe }) => recipe.cutoffLength);
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([256, 8192]);
    const rows = plans.map(({ recipe }) => recipe.microBatchSize);
    expect([Math.min(...rows), Math.max(...rows)]).toEqual([1, 8]);
    const names = inputs.map(({ configuration: { model } }) => model);
    expect(names).toEqual(expect.arrayContaining(['llama2-7b', 'llama2-13b', 'llama2-70b', 'llama3.1-8b']));
    expect(names).toEqual(expect.arrayContaining(['qwen2.5-7b', 'qwen3-8b', 'gemma2-9b']));
    expect(kinds(({ model }) => model.attention)).toEqual(new Set(['sdpa', 'eager']));
    expect(kinds(({ model }) => model.kvHeads < model.heads)).toEqual(new Set([true, false]));
  });
});
