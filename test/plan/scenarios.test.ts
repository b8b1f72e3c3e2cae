import { describe, expect, test } from 'vitest';
import { parseCardSpec } from '../../src/hardware/spec.ts';
import { loadModelShape } from '../../src/model/load.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { Breakdown, Plan } from '../../src/plan/schema.ts';
import type { RecipeInput } from '../../src/recipe/schema.ts';
import { GiB, planInput } from './fixtures.ts';

/** Real models on real cards, as the catalogues have them. */
async function planOf(spec: string, recipe: RecipeInput): Promise<Plan> {
  const model = await loadModelShape(recipe.model);
  return makePlan(planInput(recipe, { model, cards: parseCardSpec(spec) }));
}

const layersPerStage = (plan: Plan) => plan.stages.map(({ layers: [from, to] }) => to - from);

/** What torch's allocator reserves: everything but the CUDA context's own 0.3 GB and NCCL. */
function reserved({ context, communicator: _, ...tensors }: Breakdown): number {
  return (Object.values(tensors).reduce((sum, bytes) => sum + bytes, 0) + context - 0.3e9) / GiB;
}

const qv = { rank: 16, targets: 'qv' } as const;

describe('what the project is for', () => {
  test('13B LoRA on two P40s, in fp16', async () => {
    const plan = await planOf('2xP40', { model: 'llama2-13b', lora: qv });
    expect(plan).toMatchObject({ fits: true, precision: { value: 'fp16' } });
    expect(plan.stages).toHaveLength(2);
  });

  test('13B LoRA does not fit on one', async () => {
    const plan = await planOf('1xP40', { model: 'llama2-13b', lora: qv });
    expect(plan.fits).toBe(false);
    expect(plan.problems[0]!.fix).toContain('use 2 Tesla P40 instead of 1');
  });

  test.each(['8x3090', '6x3090'])('70B LoRA r=16 on %s, 8 x 512', async (spec) => {
    const plan = await planOf(spec, { model: 'llama2-70b', lora: qv, batchSize: 8, cutoffLength: 512 });
    expect(plan.fits).toBe(true);
    expect(plan.stages).toHaveLength(Number(spec[0]));
  });

  test('70B LoRA r=256 with dropout, 8 x 1024: on eight 3090s as in the guide, not on six', async () => {
    const recipe: RecipeInput = {
      model: 'llama2-70b',
      lora: { rank: 256, dropout: 0.1, targets: 'qv' },
      batchSize: 8,
      cutoffLength: 1024,
    };
    expect((await planOf('8x3090', recipe)).fits).toBe(true);
    expect((await planOf('6x3090', recipe)).fits).toBe(false);
  });

  test('70B freeze on two A100 80G: an even split trains one layer, an uneven one two', async () => {
    const freeze = (layers: number, split: string) =>
      planOf('2xA100-80G', {
        model: 'llama2-70b',
        method: 'freeze',
        freeze: { layers },
        split,
        batchSize: 8,
        cutoffLength: 512,
      });
    expect((await freeze(1, '40,40')).fits).toBe(true);
    expect((await freeze(2, '40,40')).fits).toBe(false);
    const uneven = await freeze(2, 'auto');
    expect(uneven.fits).toBe(true);
    expect(layersPerStage(uneven)[0]).toBeGreaterThanOrEqual(47);
  });

  test('a freeze split gives frozen layers to the front (8 of 32 trained, 4 cards)', async () => {
    const recipe: RecipeInput = {
      model: 'llama2-7b',
      method: 'freeze',
      freeze: { layers: 8 },
      batchSize: 16,
    };
    const auto = await planOf('4x3090', recipe);
    const even = await planOf('4x3090', { ...recipe, split: '8,8,8,8' });
    const [first, , , last] = layersPerStage(auto);
    expect(first).toBeGreaterThan(8);
    expect(last).toBeLessThan(8);
    expect(even.throughput.stepSeconds / auto.throughput.stepSeconds).toBeGreaterThan(1.5);
  });
});

// Peak bytes that ranks with a memory limit reserved on an H200 (torch 2.11, 2026-11-27), without CUDA graphs.
describe('measured', () => {
  test('13B r=256 qv, 8 x 1024, two ranks: 14.7 and 14.5 GiB', async () => {
    const plan = await planOf('2x24GiB', {
      model: 'llama2-13b',
      precision: 'fp16',
      lora: { rank: 256, dropout: 0, targets: 'qv' },
      batchSize: 8,
      cutoffLength: 1024,
      checkpointing: 'full',
      cudaGraphs: 'off',
      split: '20,20',
    });
    const [first, last] = plan.stages.map((stage) => reserved(stage.breakdown));
    expect(Math.abs(first! / 14.67 - 1)).toBeLessThan(0.015);
    expect(Math.abs(last! / 14.45 - 1)).toBeLessThan(0.015);
  });

  test('70B r=16 qv, 8 x 512, six ranks: 21.7 to 23.2 GiB', async () => {
    const plan = await planOf('6x24GiB', {
      model: 'llama2-70b',
      precision: 'fp16',
      lora: { ...qv, dropout: 0 },
      batchSize: 8,
      cutoffLength: 512,
      checkpointing: 'full',
      cudaGraphs: 'off',
      split: '13,13,13,14,14,13',
    });
    const gib = plan.stages.map((stage) => reserved(stage.breakdown));
    for (const [stage, measured] of [22.35, 21.76, 21.65, 23.15, 23.03, 21.78].entries()) {
      expect(Math.abs(gib[stage]! / measured - 1)).toBeLessThan(0.01);
    }
  });
});

test('unlike cards: 70B over P40s, a 3090, 4090s, a V100, a T4 and an A10', async () => {
  const start = performance.now();
  const plan = await planOf('2xP40,1x3090,2x4090,1xV100,1xT4,1xA10', {
    model: 'llama2-70b',
    lora: qv,
    batchSize: 24,
    cutoffLength: 512,
  });
  expect(plan.fits).toBe(true);
  expect(plan.stages).toHaveLength(8);
  expect(performance.now() - start).toBeLessThan(1000);
});
