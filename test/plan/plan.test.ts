import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import type { PlanInput } from '../../src/plan/input.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { planSchema } from '../../src/plan/schema.ts';
import { card, cards, dataOf, fusedLlama, GiB, llama, p40, planInput, smallLlama } from './fixtures.ts';

const layersPerStage = (plan: ReturnType<typeof makePlan>) =>
  plan.stages.map(({ layers: [from, to] }) => to - from);

/** The code and message of the UserError that an input leads to. */
function refusal(input: PlanInput): UserError {
  try {
    makePlan(input);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('a plan was made');
}

describe('makePlan', () => {
  test('is a valid plan with nothing left open', () => {
    const input = planInput(
      { lora: { targets: 'qv' }, output: '/out' },
      { datasets: ['/data.json'], data: dataOf([100, 200]), hostName: 'box' },
    );
    const plan = planSchema.parse(makePlan(input));
    expect(plan.fits).toBe(true);
    expect(plan.precision.value).toBe('bf16');
    expect(plan.training).toMatchObject({
      lora: { rank: 16, alpha: 32, dropout: 0.05, targets: ['q_proj', 'v_proj'] },
      freeze: null,
      datasets: ['/data.json'],
      maxSteps: null,
      output: '/out',
    });
    expect(plan.ranks.every((rank) => rank.host === 'box')).toBe(true);
    for (const stage of plan.stages) {
      const sum = Object.values(stage.breakdown).reduce((total, bytes) => total + bytes, 0);
      expect(stage.predictedBytes).toBe(sum);
    }
  });

  test('covers all layers, stage by stage', () => {
    const { stages } = makePlan(planInput({}, { cards: cards(4) }));
    expect(stages[0]!.layers[0]).toBe(0);
    expect(stages.at(-1)!.layers[1]).toBe(40);
    for (let index = 1; index < stages.length; index++) {
      expect(stages[index]!.layers[0]).toBe(stages[index - 1]!.layers[1]);
    }
  });

  test('gives the faster card more layers, whatever the order in the box', () => {
    const plan = makePlan(planInput({ batchSize: 32 }, { cards: [p40(0), card(1), p40(2)] }));
    const fast = plan.stages.find((stage) => stage.name.includes('3090'))!;
    expect(fast.layers[1] - fast.layers[0]).toBe(Math.max(...layersPerStage(plan)));
    expect(plan.precision.value).toBe('fp16');
    expect(new Set(plan.ranks.map((rank) => rank.gpu?.uuid)).size).toBe(plan.ranks.length);
  });

  test('leaves room for what others hold', () => {
    const box = [card(0, { freeBytes: 12 * GiB }), card(1)];
    const { stages } = makePlan(planInput({ lora: { targets: 'qv' } }, { cards: box }));
    const layers = (gpu: number) => {
      const [from, to] = stages.find((stage) => stage.gpu === gpu)!.layers;
      return to - from;
    };
    expect(layers(0)).toBeLessThan(layers(1));
  });

  test('numbers ranks replica by replica, neighbours of a pipeline adjacent', () => {
    const plan = makePlan(planInput({ dataParallel: 2, batchSize: 16, split: '20,20' }, { cards: cards(4) }));
    expect(plan.microBatches).toBe(8);
    expect(plan.ranks.map(({ rank, replica, stage }) => [rank, replica, stage])).toEqual([
      [0, 0, 0],
      [1, 0, 1],
      [2, 1, 0],
      [3, 1, 1],
    ]);
    expect(new Set(plan.ranks.map((rank) => rank.gpu!.uuid)).size).toBe(4);
  });

  test('Phi-3-like models get their own module names', () => {
    const plan = makePlan(planInput({ lora: { targets: 'qv' } }, { model: fusedLlama() }));
    expect(plan.training.lora?.targets).toEqual(['qkv_proj']);
  });
});

describe('device', () => {
  test('CPU ranks without cards: two stages in fp32, host transport', () => {
    const plan = planSchema.parse(makePlan(planInput({}, { cards: [], model: smallLlama })));
    expect(plan).toMatchObject({ device: 'cpu', precision: { value: 'fp32' }, transport: 'host' });
    expect(layersPerStage(plan)).toEqual([3, 3]);
    expect(plan.ranks.map((rank) => rank.gpu)).toEqual([null, null]);
    expect(plan.fits).toBe(true);
  });

  test('a model of one layer has one CPU rank, and a split says how many', () => {
    const single = llama({
      ...{ hidden: 64, intermediate: 160, heads: 4, kvHeads: 4, vocabulary: 500 },
      layers: 1,
    });
    expect(makePlan(planInput({}, { cards: [], model: single })).stages).toHaveLength(1);
    const plan = makePlan(planInput({ split: '3,2,1' }, { cards: [], model: smallLlama }));
    expect(layersPerStage(plan)).toEqual([3, 2, 1]);
    expect(plan.ranks).toHaveLength(3);
  });

  test('cpu with cards plans for the cards and executes on the CPU', () => {
    const plan = makePlan(planInput({}, { cards: cards(2, p40), device: 'cpu' }));
    expect(plan).toMatchObject({ device: 'cpu', precision: { value: 'fp16' }, transport: 'host' });
    expect(plan.stages.map((stage) => stage.name)).toEqual(['Tesla P40', 'Tesla P40']);
    expect(plan.stages[0]!.capacityBytes).toBe(Math.floor(23.6 * GiB));
    expect(plan.ranks[0]!.gpu?.uuid).toBe('GPU-0');
  });

  test('cuda without cards is refused', () => {
    expect(refusal(planInput({}, { cards: [], device: 'cuda' }))).toMatchObject({
      code: 'no-cards',
      exitCode: 3,
    });
  });
});

describe('automatic choices', () => {
  test('checkpointing only where it is needed', () => {
    expect(makePlan(planInput({}, { model: smallLlama })).checkpointing).toBe('none');
    expect(makePlan(planInput({ cutoffLength: 4096 })).checkpointing).toBe('full');
    expect(makePlan(planInput({ checkpointing: 'full' }, { model: smallLlama })).checkpointing).toBe('full');
  });

  test('NCCL joins distinct cards; the host does where NCCL has no room', () => {
    expect(makePlan(planInput()).transport).toBe('nccl');
    expect(makePlan(planInput({}, { cards: [card(0), card(0)] })).transport).toBe('host');
    const tight = planInput({ checkpointing: 'full', cudaGraphs: 'off' });
    const need = Math.max(...makePlan(tight).stages.map((stage) => stage.predictedBytes));
    const box = [0, 1].map((index) => card(index, { freeBytes: need - 0.1e9 }));
    expect(makePlan({ ...tight, cards: box })).toMatchObject({ fits: true, transport: 'host' });
  });

  test('no more cards than help', () => {
    const plan = makePlan(planInput({ batchSize: 1 }, { cards: cards(4), model: smallLlama }));
    expect(plan.stages).toHaveLength(1);
    expect(plan.assumed.join()).toContain('Not used');
  });
});

describe('a split of the user', () => {
  test('is taken as it is', () => {
    expect(layersPerStage(makePlan(planInput({ split: '13,27' })))).toEqual([13, 27]);
  });

  test('must add up', () => {
    const error = refusal(planInput({ split: '20,21' }));
    expect(error).toMatchObject({ code: 'split-sum', exitCode: 2 });
    expect(error.message).toContain('41');
    expect(error.message).toContain('40');
  });

  test('must not have more stages than cards', () => {
    expect(refusal(planInput({ split: '20,10,10' }))).toMatchObject({ code: 'split-stages', exitCode: 2 });
    const replicas = planInput({ split: '20,20', dataParallel: 2 }, { cards: cards(3) });
    expect(refusal(replicas)).toMatchObject({ code: 'split-stages' });
  });
});

test.each([
  [{ dataParallel: 3 }, 'too-many-replicas'],
  [{ method: 'freeze', freeze: { layers: 41 } }, 'freeze-layers'],
  [{ lora: { targets: ['nothing'] } }, 'unknown-target'],
] as const)('%j is refused as %s', (recipe, code) => {
  const mutable = JSON.parse(JSON.stringify(recipe));
  expect(refusal(planInput(mutable))).toMatchObject({ code, exitCode: 2 });
});

test('cards with nothing free still give a plan, which does not fit', () => {
  const plan = planSchema.parse(
    makePlan(planInput({}, { cards: cards(2, (index) => card(index, { freeBytes: 0 })) })),
  );
  expect(plan.fits).toBe(false);
  expect(plan.problems[0]!.code).toBe('wont-fit');
});

test('activations are recomputed where keeping them bends the split so that steps take longer', () => {
  const box = [p40(0), p40(1), card(2, { freeBytes: 23.6 * GiB }), card(3, { freeBytes: 23.6 * GiB })];
  const planOf = (recipe: Parameters<typeof planInput>[0]) =>
    makePlan(planInput({ cutoffLength: 2048, batchSize: 16, ...recipe }, { cards: box }));
  const [chosen, kept] = [planOf({}), planOf({ checkpointing: 'none' })];
  expect(kept.fits).toBe(true);
  expect(chosen.checkpointing).toBe('full');
  expect(chosen.throughput.stepSeconds).toBeLessThan(kept.throughput.stepSeconds);
});

test('CUDA graphs where rows are of one length and they fit', () => {
  const graphed = (recipe: Parameters<typeof planInput>[0], freeBytes = 24 * GiB) =>
    makePlan(planInput(recipe, { cards: [card(0, { freeBytes }), card(1, { freeBytes })] })).graphedLength;
  expect(graphed({})).toBe(1024);
  expect(graphed({ packing: true })).toBe(1024);
  expect(graphed({ schedule: 'gpipe' })).toBeNull();
  expect(graphed({ cudaGraphs: 'off' })).toBeNull();
  expect(makePlan(planInput({}, { data: dataOf([100, 400, 900]) })).graphedLength).toBeNull();
  // Where there is room for them, but only if the layers are split so that steps are longer.
  const large = llama({ hidden: 8192, intermediate: 28672, layers: 80, heads: 64, kvHeads: 8 });
  const onEight = (freeBytes: number) => {
    const eight = Array.from({ length: 8 }, (_, index) => card(index, { freeBytes }));
    const recipe = { batchSize: 32, lora: { rank: 256, targets: 'qv' } } as const;
    return makePlan({ ...planInput(recipe, { cards: eight }), model: large });
  };
  expect(onEight(23.6 * GiB)).toMatchObject({ checkpointing: 'full', graphedLength: null });
  expect(onEight(30 * GiB).graphedLength).not.toBeNull();
});

test('host transport sends and receives in host memory', () => {
  const bytes = (transport: 'nccl' | 'host') =>
    makePlan(planInput({ transport, split: '20,20' })).hostRamBytes;
  expect(bytes('host') - bytes('nccl')).toBe(2 * (1 + 4) * 1024 * 5120 * 2);
});

test('what a plan rests on is said', () => {
  const assumed = makePlan(
    planInput({}, { cards: cards(2, (index) => card(index, { imagined: true })) }),
  ).assumed.join('\n');
  expect(assumed).toContain('every row is taken to be 1024 tokens');
  expect(assumed).toContain('imagined');
  expect(assumed).toContain('Speed is estimated');
  expect(makePlan(planInput({}, { data: dataOf([10, 20]) })).assumed.join()).not.toContain('every row');
});

test('host memory and disk grow with ranks, trainables and what must be downloaded', () => {
  const two = makePlan(planInput());
  expect(two.hostRamBytes).toBe(2 * (1.5e9 + 2 * llama().largestTensorBytes));
  const trained = 40 * 16 * (8 * 5120 + 2 * 5120 + 4 * 5120 - 4 * 5120 + 3 * (5120 + 13824) - 2 * 5120);
  expect(two.diskBytes).toBe((36 + 4) * trained);
  const remote = makePlan(planInput({}, { model: { ...llama(), checkpointBytes: 26e9 } }));
  expect(remote.diskBytes - two.diskBytes).toBe(26e9);
  const local = makePlan(planInput({}, { model: { ...llama(), checkpointBytes: 26e9, path: '/model' } }));
  expect(local.diskBytes).toBe(two.diskBytes);
  const whole = makePlan(
    planInput(
      { method: 'freeze', freeze: { layers: 1 } },
      { model: { ...llama(), checkpointBytes: 26e9, path: '/model' } },
    ),
  );
  expect(whole.diskBytes).toBe(36 * llama().layers[0]!.parameters + 26e9);
});
