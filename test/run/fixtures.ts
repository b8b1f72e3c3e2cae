import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Card } from '../../src/hardware/card.ts';
import type { Plan } from '../../src/plan/schema.ts';
import { parseRecipe } from '../../src/recipe/parse.ts';
import { createRun, type RunDirectory } from '../../src/run/directory.ts';
import type { TrainerEvent } from '../../src/run/events.ts';

/** A folder that lives as long as the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ft-run-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An executable `sh` script. */
export function script(folder: string, name: string, body: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** Sets environment variables for one test. */
export function setEnvironment(variables: Record<string, string>): void {
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name];
    process.env[name] = value;
    onTestFinished(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
}

export function makeRun({
  root = temporaryFolder(),
  prompts = [] as string[],
  plan = cpuPlan,
} = {}): RunDirectory {
  return createRun({ root, recipe: parseRecipe({ model: 'org/Tiny-Llama', prompts }, 'test'), plan });
}

/** One line of events.jsonl. */
export function eventLine(event: Record<string, unknown> & { type: TrainerEvent['type'] }): string {
  return `${JSON.stringify({ v: 1, t: '2026-11-24T22:51:00.000Z', ...event })}\n`;
}

export function stepEvent(step: number) {
  const figures = {
    epoch: 0.1,
    loss: 2.5,
    grad_norm: 1,
    lr: 1e-4,
    tokens: 64,
    tokens_per_second: 100,
    eta: 5,
  };
  return {
    type: 'step' as const,
    attempt: 1,
    step,
    totalSteps: 10,
    ...figures,
    loss_scale: null,
    skipped: false,
  };
}

export function makeCard(
  name: string,
  computeCapability: string,
  driverVersion: string | null = '580.65.06',
): Card {
  const gemm = { fp16: 10, bf16: null, fp32: 10 };
  const kind = {
    id: name,
    name,
    memoryBytes: 24e9,
    computeCapability,
    gemm,
    memoryBandwidth: 1e11,
    linkBandwidth: 1e10,
  };
  const memory = { totalBytes: 24e9, freeBytes: 23e9 };
  return {
    index: 0,
    uuid: 'GPU-0',
    kind,
    ...memory,
    driverVersion,
    migEnabled: false,
    processes: [],
    imagined: false,
  };
}

/** One CPU rank, nothing to download. */
export const cpuPlan: Plan = {
  version: 1,
  fits: true,
  device: 'cpu',
  precision: { value: 'fp32', reason: 'no card' },
  schedule: '1f1b',
  microBatches: 1,
  microBatchSize: 1,
  packedLength: null,
  graphedLength: null,
  dataParallel: 1,
  transport: 'host',
  checkpointing: 'none',
  stages: [
    {
      gpu: 0,
      name: 'CPU',
      layers: [0, 2],
      inFlight: 1,
      capacityBytes: 100,
      predictedBytes: 0,
      breakdown: {
        weights: 0,
        trainables: 0,
        gradients: 0,
        optimizer: 0,
        activations: 0,
        logits: 0,
        buffers: 0,
        context: 0,
        communicator: 0,
        surplus: 0,
      },
    },
  ],
  ranks: [{ rank: 0, host: 'localhost', replica: 0, stage: 0, gpu: null }],
  model: {
    source: 'org/Tiny-Llama',
    path: '/models/tiny',
    weights: 'load',
    config: null,
    architecture: 'LlamaForCausalLM',
    layers: 2,
    hiddenSize: 64,
    attention: 'sdpa',
  },
  training: {
    method: 'lora',
    lora: { rank: 4, alpha: 8, dropout: 0, targets: ['q_proj'] },
    freeze: null,
    datasets: ['/data/rows.jsonl'],
    template: 'auto',
    cutoffLength: 64,
    batchSize: 1,
    groupByLength: false,
    epochs: 1,
    maxSteps: null,
    optimizer: { beta1: 0.9, beta2: 0.999, eps: 1e-8 },
    learningRate: 1e-4,
    scheduler: 'cosine',
    warmupRatio: 0,
    weightDecay: 0,
    maxGradNorm: 1,
    saveSteps: 10,
    evalRatio: 0,
    seed: 1,
    output: null,
  },
  throughput: {
    tokensPerSecond: 1,
    stepSeconds: 1,
    pipelineEfficiency: 1,
    calibration: null,
    rehearsal: { microBatches: 1, seconds: 1 },
  },
  hostRamBytes: 0,
  diskBytes: 0,
  assumed: [],
  problems: [],
};
