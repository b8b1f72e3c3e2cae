import { describe, expect, test } from 'vitest';
import { memoryModel, microBatchesInFlight, totalBytes } from '../../src/plan/memory.ts';
import type { Workload } from '../../src/plan/workload.ts';
import { llama } from './fixtures.ts';

const hidden = 5120;
const intermediate = 13824;
const layerParameters = 4 * hidden * hidden + 3 * hidden * intermediate + 2 * hidden;
const vocabulary = 32000 * hidden;

/** Llama 2 13B, LoRA of rank 16 on q and v, fp16, 8 micro-batches of one row of 1024 tokens. */
const lora: Workload = {
  model: llama(),
  training: {
    method: 'lora',
    firstTrainedLayer: 0,
    lora: { rank: 16, dropout: false, targets: new Set(['q_proj', 'v_proj']) },
  },
  precision: 'fp16',
  schedule: '1f1b',
  packedLength: null,
  microBatches: 8,
  mostMicroBatches: 8,
  microBatchSize: 1,
  dataParallel: 1,
  lengths: { longest: 1024, padded: 1024, mean: 1024, learned: 1024 },
  checkpointing: 'full',
  transport: 'nccl',
  graphed: false,
  sharesKeys: false,
  contextBytes: 0.5e9,
  eager: false,
  onCards: true,
  surplusShare: 0,
  measuredSpeeds: [],
};

const freeze: Workload = {
  ...lora,
  training: { method: 'freeze', firstTrainedLayer: 38, lora: null },
};

const first = { from: 0, to: 20, after: 1 };
const last = { from: 20, to: 40, after: 0 };

describe('what is counted', () => {
  const trained = 20 * 2 * 16 * (hidden + hidden);

  test('LoRA: frozen weights in the storage precision, adapters in fp32 with gradient and moments', () => {
    expect(memoryModel(lora)(first)).toMatchObject({
      weights: 2 * (20 * layerParameters + vocabulary),
      trainables: 4 * trained,
      gradients: 4 * trained,
      optimizer: 8 * trained,
    });
    expect(memoryModel(lora)(last).weights).toBe(2 * (20 * layerParameters + hidden + vocabulary));
    expect(memoryModel({ ...lora, precision: 'fp32' })(first).weights).toBe(
      4 * (20 * layerParameters + vocabulary),
    );
  });

  test('freeze: trained layers are not frozen weights, and norms are trained with them', () => {
    expect(memoryModel(freeze)(last)).toMatchObject({
      weights: 2 * (18 * layerParameters + hidden + vocabulary),
      trainables: 4 * 2 * layerParameters,
      gradients: 4 * 2 * layerParameters,
      optimizer: 8 * 2 * layerParameters,
    });
    expect(memoryModel(freeze)(first)).toMatchObject({ trainables: 0, gradients: 0, optimizer: 0 });
  });

  test('a tied head is a copy on the last stage, and no tensor of its own on an only one', () => {
    const tied = memoryModel({ ...lora, model: llama({ tied: true }) });
    expect(tied(last).weights).toBe(2 * (20 * layerParameters + hidden + vocabulary));
    expect(tied({ from: 0, to: 40, after: 0 }).weights).toBe(
      2 * (40 * layerParameters + hidden + vocabulary),
    );
  });
});

/** What the allocator reserves beyond what comes and goes. */
const slack = 1.02;

describe('activations', () => {
  test.each([
    ['1f1b', 3, 4],
    ['1f1b', 0, 1],
    ['1f1b', 12, 8],
    ['gpipe', 3, 8],
    ['gpipe', 0, 8],
    ['naive', 3, 1],
  ] as const)('%s with %i stages after it keeps %i micro-batches', (schedule, after, expected) => {
    expect(microBatchesInFlight({ ...lora, schedule }, after)).toBe(expected);
  });

  test.each([
    [0, 1],
    [1, 3],
    [3, 7],
    [4, 8],
  ])('eager 1F1B with %i stages after it keeps %i micro-batches', (after, expected) => {
    expect(microBatchesInFlight({ ...lora, eager: true }, after)).toBe(expected);
  });

  test('checkpointed layers keep their input for every micro-batch in flight', () => {
    const model = memoryModel(lora);
    const step = model({ ...first, after: 3 }).activations - model({ ...first, after: 2 }).activations;
    expect(step).toBeCloseTo(slack * 20 * 1024 * hidden * 2, -1);
  });

  test('without checkpointing a layer keeps about 30 bytes per token and hidden unit', () => {
    const model = memoryModel({ ...lora, checkpointing: 'none' });
    const step = model({ ...first, after: 3 }).activations - model({ ...first, after: 2 }).activations;
    const perUnit = step / (slack * 20 * 1024 * hidden);
    // Two norms' inputs, queries, keys, values and output, gate, its activation and up, and what q and v read.
    expect(perUnit).toBeCloseTo(2 * 2 + 4 * 2 + 3 * 2 * (intermediate / hidden) + 2, 0);
  });

  test.each([
    ['LoRA on all linears', { lora: { rank: 8, dropout: false, targets: 'all' } }, 36, 39],
    [
      'dropout leaves each adapter an input of its own',
      { lora: { rank: 8, dropout: true, targets: 'all' } },
      53,
      56,
    ],
    ['a trained layer', { lora: null }, 45, 49],
  ] as const)('%s', (_, training, least, most) => {
    const targets = new Set(lora.model.layers[0]!.linears.map(({ module }) => module.split('.')[1]!));
    const workload: Workload = {
      ...lora,
      checkpointing: 'none',
      training: {
        method: training.lora ? 'lora' : 'freeze',
        firstTrainedLayer: 0,
        lora: training.lora && { ...training.lora, targets },
      },
    };
    const model = memoryModel(workload);
    const copies = 2 * (model(first).trainables / 4);
    const grown = model({ ...first, after: 3 }).activations - model({ ...first, after: 2 }).activations;
    const step = grown / slack - copies;
    const perUnit = step / (20 * 1024 * hidden);
    expect(perUnit).toBeGreaterThan(least);
    expect(perUnit).toBeLessThan(most);
  });

  test('layers before the first trained one keep nothing, however many micro-batches are in flight', () => {
    for (const checkpointing of ['none', 'full'] as const) {
      const model = memoryModel({ ...freeze, checkpointing });
      expect(model({ ...first, after: 7 }).activations).toBe(model({ ...first, after: 0 }).activations);
      expect(model({ ...first, after: 7 }).activations).toBeLessThan(0.3e9);
    }
  });

  test('eager attention keeps its scores, which grow with the square of the length', () => {
    const of = (longest: number, attention: 'eager' | 'sdpa') =>
      memoryModel({
        ...lora,
        checkpointing: 'none',
        model: { ...lora.model, attention },
        lengths: { ...lora.lengths, longest },
      })(first).activations;
    expect(of(2048, 'sdpa') / of(1024, 'sdpa')).toBeLessThan(2.01);
    expect(of(2048, 'eager') / of(1024, 'eager')).toBeGreaterThan(3);
  });
});

describe('what the pipeline needs beside', () => {
  const boundary = 1024 * hidden * 2;

  test('one tensor is received ahead in each direction, and one is on its way out', () => {
    const buffers = (workload: Workload, from: number, to: number) =>
      memoryModel(workload)({ from, to, after: to === 40 ? 0 : 1 }).buffers;
    expect(buffers(lora, 0, 20)).toBe((1 + 1) * boundary);
    expect(buffers(lora, 10, 20)).toBe(2 * (1 + 1) * boundary);
    expect(buffers(lora, 20, 40)).toBe((1 + 1) * boundary);
    expect(buffers(lora, 0, 40)).toBe(0);
    expect(buffers({ ...lora, mostMicroBatches: 64 }, 0, 20)).toBe(buffers(lora, 0, 20));
  });

  test('no gradients cross where nothing before is trained', () => {
    const model = memoryModel(freeze);
    // It runs ahead of the stage after it, as far as sends may wait.
    expect(model({ from: 0, to: 20, after: 1 }).buffers).toBe(4 * boundary);
    expect(model({ from: 20, to: 38, after: 1 }).buffers).toBe((1 + 4) * boundary);
    expect(model({ from: 20, to: 39, after: 1 }).buffers).toBe((1 + 1 + 1) * boundary);
  });

  test('kernels that share keys and values keep them once for each group of heads', () => {
    const model = llama({ kvHeads: 8 });
    const kept = (sharesKeys: boolean) =>
      memoryModel({ ...lora, model, checkpointing: 'none', sharesKeys })(first).activations;
    expect(kept(false) - kept(true)).toBeCloseTo(slack * 2 * 20 * 2 * 1024 * hidden * 2 * (1 - 8 / 40), -2);
  });

  test('of one layer that is trained itself the gradient is computed beside what is held', () => {
    const model = memoryModel({ ...freeze, checkpointing: 'none' });
    const trains = model({ from: 20, to: 40, after: 0 }).activations;
    expect(trains).toBeGreaterThan(6 * hidden * intermediate);
  });

  test('host transport has its look-ahead on the host and no communicator', () => {
    const stage = memoryModel({ ...lora, transport: 'host' })(first);
    expect(stage).toMatchObject({ buffers: 2 * boundary, communicator: 0 });
  });

  test('NCCL has communicators to each neighbour, and one among replicas', () => {
    const of = (stage: typeof first, dataParallel = 1) =>
      memoryModel({ ...lora, dataParallel })(stage).communicator;
    const whole = { from: 0, to: 40, after: 0 };
    const inner = { from: 10, to: 20, after: 1 };
    expect(of(whole)).toBe(0);
    expect(of(first)).toBeGreaterThan(0);
    expect(of(inner)).toBeGreaterThan(of(first));
    expect(of(first, 2)).toBeGreaterThan(of(inner));
    expect(of(whole, 2)).toBeGreaterThan(of(first));
  });

  test('graphs have what passes through them once for every micro-batch in flight', () => {
    const grows = (graphed: boolean) => {
      const model = memoryModel({ ...lora, graphed });
      return model({ ...first, after: 3 }).activations - model({ ...first, after: 2 }).activations;
    };
    expect(grows(true)).toBeGreaterThan(grows(false) + 20 * 1024 * hidden);
  });

  test('the loss is on the last stage and does not grow beyond its chunk', () => {
    const logits = (longest: number) =>
      memoryModel({ ...lora, graphed: true, lengths: { ...lora.lengths, longest } })(last).logits;
    expect(memoryModel(lora)(first).logits).toBe(0);
    expect(logits(1024)).toBeGreaterThan(8 * 32000 * 500);
    expect(logits(4096) - logits(1024)).toBeCloseTo(slack * 5 * 3072 * hidden * 2, -1);
    // Where a layer has just given back as much, it takes nothing more.
    expect(memoryModel(lora)(last).logits).toBeLessThan(logits(1024));
  });

  test('only integers, and predicted is their sum', () => {
    const breakdown = memoryModel({ ...lora, lengths: { ...lora.lengths, longest: 1001 } })(last);
    expect(Object.values(breakdown).every(Number.isSafeInteger)).toBe(true);
    expect(totalBytes(breakdown)).toBe(Object.values(breakdown).reduce((a, b) => a + b));
  });
});
