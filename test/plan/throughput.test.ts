import { describe, expect, test } from 'vitest';
import { correctionBy } from '../../src/plan/measured.ts';
import { cardSlots } from '../../src/plan/slots.ts';
import { busyModel, pipelineSeconds, type StageTime, throughput } from '../../src/plan/throughput.ts';
import type { Workload } from '../../src/plan/workload.ts';
import { card, cards, llama, p40 } from './fixtures.ts';

const workload: Workload = {
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
  lengths: { longest: 1024, padded: 1024, mean: 1000, learned: 500 },
  checkpointing: 'none',
  transport: 'nccl',
  graphed: false,
  sharesKeys: false,
  contextBytes: 0.5e9,
  eager: false,
  onCards: true,
  surplusShare: 0,
  measuredSpeeds: [],
};
const [slot] = cardSlots([card(0)], 'fp16', 1, correctionBy([]));
const [slowSlot] = cardSlots([p40(0)], 'fp16', 1, correctionBy([]));

describe('a stage', () => {
  const seconds = (change: Partial<Workload>, from = 0, to = 20) =>
    busyModel({ ...workload, ...change })(slot!, from, to);

  test('backward through frozen weights costs about one forward', () => {
    const forwardOnly: Workload['training'] = { method: 'freeze', firstTrainedLayer: 40, lora: null };
    expect(seconds({}) / seconds({ training: forwardOnly })).toBeGreaterThan(1.9);
    expect(seconds({}) / seconds({ training: forwardOnly })).toBeLessThan(2.2);
  });

  test('recomputation adds a forward, trained weights another', () => {
    expect(seconds({ checkpointing: 'full' }) / seconds({})).toBeGreaterThan(1.4);
    expect(seconds({ checkpointing: 'full' }) / seconds({})).toBeLessThan(1.55);
    const trained: Workload['training'] = { method: 'freeze', firstTrainedLayer: 0, lora: null };
    expect(seconds({ training: trained }) / seconds({})).toBeGreaterThan(1.35);
  });

  test('long rows pay for attention', () => {
    const at = (padded: number) => seconds({ lengths: { ...workload.lengths, padded } }) / padded;
    expect(at(16384) / at(1024)).toBeGreaterThan(1.3);
  });

  test('the last one also runs the head', () => {
    expect(seconds({}, 20, 40)).toBeGreaterThan(seconds({}, 0, 20));
  });

  test('is as much faster as the card', () => {
    expect(busyModel(workload)(slowSlot!, 0, 20) / seconds({})).toBeGreaterThan(5);
  });
});

describe('a small micro-batch', () => {
  const model = llama({ hidden: 1024, intermediate: 2816, heads: 8, kvHeads: 8 });
  const large = { ...workload, model };
  const small = { ...large, lengths: { longest: 32, padded: 32, mean: 32, learned: 32 } };
  const perToken = (of: Workload) => busyModel(of)(slot!, 0, 20) / of.lengths.padded;

  test('reaches less of the card, though more where its launches are replayed', () => {
    expect(perToken({ ...small, graphed: true }) / perToken(large)).toBeGreaterThan(3);
    expect(perToken({ ...small, graphed: true })).toBeLessThan(0.6 * perToken(small));
    expect(perToken({ ...large, graphed: true })).toBeGreaterThan(0.7 * perToken(large));
  });

  test('bound by launches, takes as long on a faster card', () => {
    const faster = { ...slot!, flops: 2 * slot!.flops };
    expect(busyModel(small)(faster, 0, 20)).toBe(busyModel(small)(slot!, 0, 20));
    expect(busyModel(large)(faster, 0, 20)).toBeLessThan(busyModel(large)(slot!, 0, 20));
  });
});

describe('the loss', () => {
  test('only what is learned reaches the head', () => {
    const none = { ...workload, lengths: { ...workload.lengths, learned: 0 } };
    const head = (of: Workload) => busyModel(of)(slot!, 20, 40) - busyModel(of)(slot!, 0, 20);
    expect(head(workload)).toBeGreaterThan(2 * head(none));
  });
});

describe('a pipeline', () => {
  const at = (busy: number, hop = 0, returns = true): StageTime => ({ busy, hop, returns });
  const seconds = (stages: StageTime[], schedule: Workload['schedule']) =>
    pipelineSeconds(stages, { ...workload, schedule });

  test.each([
    ['1f1b', 1 + 2 + 3 + 7 * 3],
    ['gpipe', 1 + 2 + 3 + 7 * 3],
    ['naive', 8 * (1 + 2 + 3)],
  ] as const)('%s without boundaries', (schedule, expected) => {
    expect(seconds([at(1), at(2), at(3)], schedule)).toBe(expected);
  });

  test('one card at a time waits for every transfer', () => {
    expect(seconds([at(1, 0.5), at(1)], 'naive')).toBe(8 * 3);
  });

  test('1F1B hides transfers as far as other micro-batches are under way', () => {
    // Of two stages alike, the first has two micro-batches under way: 4 s there and back, 2 s a beat, 0.5 s of them for the boundary.
    expect(seconds([at(1.5, 0.5), at(1.5)], '1f1b')).toBe(4 + 7 * 2);
    expect(seconds([at(1, 0.5), at(3)], '1f1b')).toBe(5 + 7 * 3);
  });

  test('eager 1F1B has enough of them under way', () => {
    const eager = { ...workload, eager: true };
    expect(pipelineSeconds([at(1.5, 0.5), at(1.5)], eager)).toBe(4 + 7 * 1.5);
  });

  test('where no gradient comes back nothing is waited for', () => {
    expect(seconds([at(1.5, 0.5, false), at(1.5)], '1f1b')).toBe(3.5 + 7 * 1.5);
    expect(seconds([at(1.5, 0.5), at(1.5)], 'gpipe')).toBe(4 + 7 * 1.5);
  });
});

describe('a step', () => {
  test('equal stages reach M / (M + p - 1)', () => {
    const slots = cardSlots(cards(2), 'fp16', 1, correctionBy([]));
    const stages = [0, 1].map((index) => ({ slot: slots[index]!, from: 20 * index, to: 20 * index + 20 }));
    const { pipelineEfficiency } = throughput(stages, {
      ...workload,
      lengths: { ...workload.lengths, learned: 0 },
    });
    expect(pipelineEfficiency).toBeCloseTo(8 / 9, 1);
    expect(pipelineEfficiency).toBeLessThan(8 / 9);
  });

  test('counts tokens without padding over all replicas', () => {
    const slots = cardSlots(cards(4), 'fp16', 2, correctionBy([]));
    const stages = [0, 1].map((index) => ({ slot: slots[index]!, from: 20 * index, to: 20 * index + 20 }));
    const { tokensPerSecond, stepSeconds } = throughput(stages, { ...workload, dataParallel: 2 });
    expect(tokensPerSecond * stepSeconds).toBeCloseTo(8 * 2 * 1000, 3);
  });

  test('what is rehearsed is the longest rows, without an update', () => {
    const slots = cardSlots(cards(2), 'fp16', 1, correctionBy([]));
    const stages = [0, 1].map((index) => ({ slot: slots[index]!, from: 20 * index, to: 20 * index + 20 }));
    const short = { ...workload, lengths: { longest: 1024, padded: 512, mean: 400, learned: 200 } };
    const [usual, long] = [throughput(stages, short), throughput(stages, workload)];
    expect(usual.rehearsal).toEqual({ microBatches: 8, seconds: expect.closeTo(long.rehearsal.seconds, 2) });
    expect(usual.rehearsal.seconds / usual.stepSeconds).toBeGreaterThan(1.8);
    expect(long.rehearsal.seconds).toBeLessThan(long.stepSeconds);
  });

  test('ranks that share a card take turns, unless each has its part of it', () => {
    const on = (smPercent: number | null) =>
      [0, 1].map((index) =>
        card(index, {
          uuid: 'GPU-shared',
          emulation: { on: { index: 0, name: 'NVIDIA H200', freeBytes: 0 }, smPercent },
        }),
      );
    const speed = (shared: ReturnType<typeof on>) => {
      const slots = cardSlots(shared, 'fp16', 1, correctionBy([]));
      const stages = [0, 1].map((index) => ({ slot: slots[index]!, from: 20 * index, to: 20 * index + 20 }));
      return throughput(stages, { ...workload, transport: 'host' });
    };
    const [turns, parts] = [speed(on(null)), speed(on(50))];
    expect(turns.stepSeconds).toBeGreaterThan(1.5 * parts.stepSeconds);
    expect(turns.pipelineEfficiency).toBeLessThanOrEqual(0.5);
  });
});
