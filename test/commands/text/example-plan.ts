import type { Plan, Stage } from '../../../src/plan/schema.ts';

const GiB = 2 ** 30;

function stage(index: number, layers: [number, number], overrides: Partial<Stage['breakdown']> = {}): Stage {
  const breakdown = {
    weights: 12 * GiB,
    trainables: 0.4 * GiB,
    gradients: 0.4 * GiB,
    optimizer: 0.8 * GiB,
    activations: 1 * GiB,
    logits: 0,
    buffers: 0.05 * GiB,
    context: 0.4 * GiB,
    communicator: 0,
    surplus: 0,
    ...overrides,
  };
  const rounded = Object.fromEntries(
    Object.entries(breakdown).map(([kind, bytes]) => [kind, Math.round(bytes)]),
  );
  return {
    gpu: index,
    name: 'Tesla P40',
    layers,
    inFlight: 2 - index, // of two stages
    capacityBytes: Math.round(22.4 * GiB),
    predictedBytes: Object.values(rounded).reduce((sum, bytes) => sum + bytes, 0),
    breakdown: rounded as Stage['breakdown'],
  };
}

/** Two P40s and a 13B model; for tests of what people are shown. */
export const examplePlan: Plan = {
  version: 1,
  fits: true,
  device: 'cuda',
  precision: { value: 'fp16', reason: 'Tesla P40 has compute capability 6.1, and bf16 needs 8.0.' },
  schedule: '1f1b',
  microBatches: 16,
  microBatchSize: 1,
  packedLength: null,
  graphedLength: null,
  dataParallel: 1,
  transport: 'host',
  checkpointing: 'full',
  stages: [stage(0, [0, 20]), stage(1, [20, 40], { logits: GiB, buffers: 0 })],
  ranks: [0, 1].map((rank) => ({
    rank,
    host: 'localhost',
    replica: 0,
    stage: rank,
    gpu: { uuid: `GPU-${rank}`, index: rank, name: 'Tesla P40' },
  })),
  model: {
    source: '/models/13b',
    path: '/models/13b',
    weights: 'load',
    config: null,
    architecture: 'LlamaForCausalLM',
    layers: 40,
    hiddenSize: 5120,
    attention: 'sdpa',
  },
  training: {
    method: 'lora',
    lora: { rank: 256, alpha: 512, dropout: 0.1, targets: ['q_proj', 'v_proj'] },
    freeze: null,
    datasets: ['/data/train.jsonl'],
    template: 'auto',
    cutoffLength: 1024,
    batchSize: 16,
    groupByLength: false,
    epochs: 3,
    maxSteps: null,
    optimizer: { beta1: 0.9, beta2: 0.999, eps: 1e-8 },
    learningRate: 1e-4,
    scheduler: 'cosine',
    warmupRatio: 0.03,
    weightDecay: 0,
    maxGradNorm: 1,
    saveSteps: 50,
    evalRatio: 0,
    seed: 42,
    output: null,
  },
  throughput: {
    tokensPerSecond: 412.3,
    stepSeconds: 39.7,
    pipelineEfficiency: 0.94,
    calibration: null,
    rehearsal: { microBatches: 16, seconds: 39.1 },
  },
  hostRamBytes: 2 * GiB,
  diskBytes: 5 * GiB,
  assumed: ['Every row is taken at 1024 tokens: no dataset was read.'],
  problems: [],
};
