import { describe, expect, test } from 'vitest';
import { correctionBy } from '../../src/plan/measured.ts';
import { cardSlots } from '../../src/plan/slots.ts';
import { pipelineSeconds, throughput, timeModel } from '../../src/plan/throughput.ts';
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
  eager: false,
  onCards: true,
  surplusShare: 0,
};
const [slot] = cardSlots([card(0)], 'fp16', 1, correctionBy([]));
const [slowSlot] = cardSlots([p40(0)], 'fp16', 1, correctionBy([]));

describe('a stage', () => {
  const seconds = (change: Partial<Workload>, from = 0, to = 20) =>
    timeModel({ ...workload, ...change })(slot!, from, to);

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
    expect(timeModel(workload)(slowSlot!, 0, 20) / seconds({})).toBeGreaterThan(5);
  });
});

describe('a step', () => {
  test.each([
    ['1f1b', 1 + 2 + 3 + 7 * 3],
    ['gpipe', 1 + 2 + 3 + 7 * 3],
    ['naive', 8 * (1 + 2 + 3)],
  ] as const)('%s', (schedule, expected) => {
    expect(pipelineSeconds([1, 2, 3], { ...workload, schedule })).toBe(expected);
  });

  test('equal stages reach M / (M + p - 1)', () => {
    const slots = cardSlots(cards(2), 'fp16', 1, correctionBy([]));
    const model = { ...llama(), headParameters: 0 };
    const free = slots.map((each) => ({ ...each, linkBandwidth: Number.POSITIVE_INFINITY }));
    const stages = [0, 1].map((index) => ({ slot: free[index]!, from: 20 * index, to: 20 * index + 20 }));
    const { pipelineEfficiency } = throughput(stages, { ...workload, model });
    expect(pipelineEfficiency).toBeCloseTo(8 / 9, 3);
  });

  test('counts tokens without padding over all replicas', () => {
    const slots = cardSlots(cards(4), 'fp16', 2, correctionBy([]));
    const stages = [0, 1].map((index) => ({ slot: slots[index]!, from: 20 * index, to: 20 * index + 20 }));
    const { tokensPerSecond, stepSeconds } = throughput(stages, { ...workload, dataParallel: 2 });
    expect(tokensPerSecond * stepSeconds).toBeCloseTo(8 * 2 * 1000, 3);
  });
});
