import type { RecipeDraft } from '../../../recipe/parse.ts';

/** A training whose memory is measured and compared with the plan's. */
export interface Configuration {
  /** Says what is particular about it; unique. */
  name: string;
  /** Which half of the measurements it belongs to: formulas are fitted on one, and judged on the other alone. */
  half: 'fit' | 'held-out';
  /** Name in the model catalogue. */
  model: string;
  /** Layers of that shape: as many as one stage of the whole model may have. */
  layers: number;
  /** One rank on a card; two on a card of which each has one half; two on a card each. */
  on: 'card' | 'halved-card' | 'two-cards';
  recipe: RecipeDraft;
  /** Lengths of the samples, tokens, over and over; without them every sample is as long as the cut-off. */
  samples?: readonly number[];
}

/** As of an instruction dataset: most samples are short, a few reach the cut-off. */
const mixed = (cutoff: number) =>
  [1, 0.1, 0.22, 0.08, 0.35, 0.15, 0.6, 0.12, 0.3, 0.18, 0.45, 0.1, 0.8, 0.2, 0.26, 0.14].map((share) =>
    Math.round(share * cutoff),
  );

const lora = (rank: number, targets: 'qv' | 'all-linear', dropout: number) => ({
  lora: { rank, targets, dropout },
});
const freeze = (layers: number) => ({ method: 'freeze', freeze: { layers } }) as const;
const rows = (cutoffLength: number, microBatchSize: number, batchSize: number) => ({
  cutoffLength,
  microBatchSize,
  batchSize,
});

/**
 * Both halves have every factor, each in other company: shapes of 7B, 13B and 70B, vocabularies of 32k to 256k, grouped queries,
 * fused projections, norms of heads, eager attention; ranks of 8 to 256 on q and v and on all linear layers, dropout, 1 to 4 trained
 * layers; rows of 256 to 8192 tokens, 1 to 8 at once, padded and packed; the three precisions; checkpointing, CUDA graphs, schedules,
 * replicas, transports. Chosen before any of them was measured.
 */
export const configurations: readonly Configuration[] = [
  ...half('fit', [
    {
      name: '7b-r8-qv-512x4',
      model: 'llama2-7b',
      layers: 8,
      recipe: { ...lora(8, 'qv', 0), ...rows(512, 4, 8), precision: 'bf16', checkpointing: 'none' },
    },
    {
      name: '7b-r64-all-1024-checkpointed',
      model: 'llama2-7b',
      layers: 16,
      recipe: {
        ...lora(64, 'all-linear', 0.05),
        ...rows(1024, 1, 4),
        precision: 'fp16',
        checkpointing: 'full',
      },
    },
    {
      name: '7b-whole-r16-all-2048x2',
      model: 'llama2-7b',
      layers: 32,
      recipe: {
        ...lora(16, 'all-linear', 0),
        ...rows(2048, 2, 4),
        precision: 'bf16',
        checkpointing: 'full',
        cudaGraphs: 'off',
      },
    },
    {
      name: '7b-r32-qv-512x2-fp32',
      model: 'llama2-7b',
      layers: 4,
      recipe: { ...lora(32, 'qv', 0.05), ...rows(512, 2, 4), precision: 'fp32', checkpointing: 'none' },
    },
    {
      name: '13b-r256-qv-1024x2-dropout',
      model: 'llama2-13b',
      layers: 10,
      recipe: {
        ...lora(256, 'qv', 0.1),
        ...rows(1024, 2, 4),
        precision: 'fp16',
        checkpointing: 'none',
        cudaGraphs: 'off',
      },
    },
    {
      name: '13b-freeze1-512x8',
      model: 'llama2-13b',
      layers: 20,
      recipe: { ...freeze(1), ...rows(512, 8, 16), precision: 'fp16', checkpointing: 'none' },
    },
    {
      name: '13b-whole-r128-qv-256x8',
      model: 'llama2-13b',
      layers: 40,
      recipe: {
        ...lora(128, 'qv', 0.05),
        ...rows(256, 8, 16),
        precision: 'bf16',
        checkpointing: 'full',
        cudaGraphs: 'off',
      },
    },
    {
      name: '70b-r16-all-1024',
      model: 'llama2-70b',
      layers: 6,
      recipe: { ...lora(16, 'all-linear', 0), ...rows(1024, 1, 4), precision: 'bf16', checkpointing: 'none' },
    },
    {
      name: '70b-freeze2-1024-checkpointed',
      model: 'llama2-70b',
      layers: 8,
      recipe: { ...freeze(2), ...rows(1024, 1, 4), precision: 'bf16', checkpointing: 'full' },
    },
    {
      name: '8b-r32-all-4096-dropout',
      model: 'llama3.1-8b',
      layers: 8,
      recipe: {
        ...lora(32, 'all-linear', 0.05),
        ...rows(4096, 1, 2),
        precision: 'bf16',
        checkpointing: 'none',
        cudaGraphs: 'off',
      },
    },
    {
      name: '8b-r8-qv-8192-checkpointed',
      model: 'llama3.1-8b',
      layers: 16,
      recipe: { ...lora(8, 'qv', 0), ...rows(8192, 1, 2), precision: 'fp16', checkpointing: 'full' },
    },
    {
      name: 'qwen2.5-freeze3-2048x2',
      model: 'qwen2.5-7b',
      layers: 14,
      recipe: {
        ...freeze(3),
        ...rows(2048, 2, 4),
        precision: 'bf16',
        checkpointing: 'none',
        cudaGraphs: 'off',
      },
    },
    {
      name: 'qwen3-r64-qv-packed-1024x4',
      model: 'qwen3-8b',
      layers: 12,
      recipe: {
        ...lora(64, 'qv', 0),
        ...rows(1024, 4, 32),
        packing: true,
        precision: 'bf16',
        checkpointing: 'none',
      },
      samples: mixed(1024),
    },
    {
      name: 'gemma2-r16-all-1024-checkpointed',
      model: 'gemma2-9b',
      layers: 8,
      recipe: {
        ...lora(16, 'all-linear', 0.05),
        ...rows(1024, 1, 4),
        precision: 'bf16',
        checkpointing: 'full',
      },
    },
    {
      name: 'phi3-medium-r16-all-padded-1024x4',
      model: 'phi3-medium',
      layers: 10,
      recipe: {
        ...lora(16, 'all-linear', 0),
        ...rows(1024, 4, 16),
        precision: 'fp16',
        checkpointing: 'none',
      },
      samples: mixed(1024),
    },
    {
      name: '7b-1f1b-10-6-r16-all-1024-checkpointed',
      model: 'llama2-7b',
      layers: 16,
      on: 'halved-card',
      recipe: {
        ...lora(16, 'all-linear', 0),
        ...rows(1024, 1, 8),
        precision: 'bf16',
        checkpointing: 'full',
        split: '10,6',
        transport: 'host',
      },
    },
    {
      name: '7b-gpipe-r32-qv-512x2',
      model: 'llama2-7b',
      layers: 12,
      on: 'halved-card',
      recipe: {
        ...lora(32, 'qv', 0.05),
        ...rows(512, 2, 8),
        schedule: 'gpipe',
        precision: 'fp16',
        checkpointing: 'none',
        split: '6,6',
        transport: 'host',
      },
    },
    {
      name: '8b-naive-7-5-freeze2-2048x2',
      model: 'llama3.1-8b',
      layers: 12,
      on: 'halved-card',
      recipe: {
        ...freeze(2),
        ...rows(2048, 2, 4),
        schedule: 'naive',
        precision: 'bf16',
        checkpointing: 'none',
        split: '7,5',
        transport: 'host',
      },
    },
    {
      name: '7b-replicas-r64-all-512x2',
      model: 'llama2-7b',
      layers: 6,
      on: 'halved-card',
      recipe: {
        ...lora(64, 'all-linear', 0),
        ...rows(512, 2, 8),
        dataParallel: 2,
        precision: 'bf16',
        checkpointing: 'full',
        transport: 'host',
      },
    },
    {
      name: '7b-nccl-8-8-r16-all-1024',
      model: 'llama2-7b',
      layers: 16,
      on: 'two-cards',
      recipe: {
        ...lora(16, 'all-linear', 0),
        ...rows(1024, 1, 8),
        precision: 'bf16',
        checkpointing: 'none',
        split: '8,8',
        transport: 'nccl',
      },
    },
    {
      name: '7b-nccl-replicas-r32-qv-512x2',
      model: 'llama2-7b',
      layers: 8,
      on: 'two-cards',
      recipe: {
        ...lora(32, 'qv', 0.05),
        ...rows(512, 2, 8),
        dataParallel: 2,
        precision: 'fp16',
        checkpointing: 'full',
        transport: 'nccl',
      },
    },
  ]),
  ...half('held-out', [
    {
      name: '7b-r16-qv-1024x2-dropout',
      model: 'llama2-7b',
      layers: 12,
      recipe: { ...lora(16, 'qv', 0.1), ...rows(1024, 2, 4), precision: 'fp16', checkpointing: 'none' },
    },
    {
      name: '7b-r8-all-256x8-checkpointed',
      model: 'llama2-7b',
      layers: 24,
      recipe: {
        ...lora(8, 'all-linear', 0),
        ...rows(256, 8, 16),
        precision: 'bf16',
        checkpointing: 'full',
        cudaGraphs: 'off',
      },
    },
    {
      name: '7b-whole-freeze2-1024x2',
      model: 'llama2-7b',
      layers: 32,
      recipe: { ...freeze(2), ...rows(1024, 2, 4), precision: 'bf16', checkpointing: 'none' },
    },
    {
      name: '7b-r8-all-1024-fp32',
      model: 'llama2-7b',
      layers: 6,
      recipe: { ...lora(8, 'all-linear', 0), ...rows(1024, 1, 4), precision: 'fp32', checkpointing: 'full' },
    },
    {
      name: '13b-r32-all-2048-dropout',
      model: 'llama2-13b',
      layers: 8,
      recipe: {
        ...lora(32, 'all-linear', 0.05),
        ...rows(2048, 1, 4),
        precision: 'bf16',
        checkpointing: 'none',
        cudaGraphs: 'off',
      },
    },
    {
      name: '13b-whole-r256-all-1024x4',
      model: 'llama2-13b',
      layers: 40,
      recipe: {
        ...lora(256, 'all-linear', 0),
        ...rows(1024, 4, 8),
        precision: 'fp16',
        checkpointing: 'full',
        cudaGraphs: 'off',
      },
    },
    {
      name: '13b-freeze4-512x4-checkpointed',
      model: 'llama2-13b',
      layers: 16,
      recipe: { ...freeze(4), ...rows(512, 4, 8), precision: 'bf16', checkpointing: 'full' },
    },
    {
      name: '70b-r64-qv-512x4-checkpointed',
      model: 'llama2-70b',
      layers: 10,
      recipe: { ...lora(64, 'qv', 0.05), ...rows(512, 4, 8), precision: 'fp16', checkpointing: 'full' },
    },
    {
      name: '70b-freeze1-2048',
      model: 'llama2-70b',
      layers: 6,
      recipe: {
        ...freeze(1),
        ...rows(2048, 1, 2),
        precision: 'fp16',
        checkpointing: 'none',
        cudaGraphs: 'off',
      },
    },
    {
      name: '8b-r128-qv-4096-checkpointed',
      model: 'llama3.1-8b',
      layers: 12,
      recipe: { ...lora(128, 'qv', 0), ...rows(4096, 1, 2), precision: 'bf16', checkpointing: 'full' },
    },
    {
      name: '8b-r16-all-8192',
      model: 'llama3.1-8b',
      layers: 8,
      recipe: {
        ...lora(16, 'all-linear', 0.05),
        ...rows(8192, 1, 2),
        precision: 'bf16',
        checkpointing: 'none',
        cudaGraphs: 'off',
      },
    },
    {
      name: 'qwen2.5-r128-all-512x4',
      model: 'qwen2.5-7b',
      layers: 10,
      recipe: {
        ...lora(128, 'all-linear', 0),
        ...rows(512, 4, 8),
        precision: 'bf16',
        checkpointing: 'none',
      },
    },
    {
      name: 'qwen3-r32-all-packed-2048x2',
      model: 'qwen3-8b',
      layers: 16,
      recipe: {
        ...lora(32, 'all-linear', 0.1),
        ...rows(2048, 2, 32),
        packing: true,
        precision: 'fp16',
        checkpointing: 'full',
      },
      samples: mixed(2048),
    },
    {
      name: 'gemma2-r64-qv-512x4',
      model: 'gemma2-9b',
      layers: 6,
      recipe: { ...lora(64, 'qv', 0), ...rows(512, 4, 8), precision: 'bf16', checkpointing: 'none' },
    },
    {
      name: 'phi3-mini-r32-qv-padded-2048x2',
      model: 'phi3-mini',
      layers: 16,
      recipe: { ...lora(32, 'qv', 0.05), ...rows(2048, 2, 16), precision: 'bf16', checkpointing: 'none' },
      samples: mixed(2048),
    },
    {
      name: '13b-1f1b-9-7-r64-qv-512x2',
      model: 'llama2-13b',
      layers: 16,
      on: 'halved-card',
      recipe: {
        ...lora(64, 'qv', 0),
        ...rows(512, 2, 16),
        precision: 'fp16',
        checkpointing: 'none',
        split: '9,7',
        transport: 'host',
      },
    },
    {
      name: '8b-gpipe-5-3-r16-all-1024-checkpointed',
      model: 'llama3.1-8b',
      layers: 8,
      on: 'halved-card',
      recipe: {
        ...lora(16, 'all-linear', 0.05),
        ...rows(1024, 1, 8),
        schedule: 'gpipe',
        precision: 'bf16',
        checkpointing: 'full',
        split: '5,3',
        transport: 'host',
      },
    },
    {
      name: '7b-naive-8-8-r32-all-1024x4',
      model: 'llama2-7b',
      layers: 16,
      on: 'halved-card',
      recipe: {
        ...lora(32, 'all-linear', 0),
        ...rows(1024, 4, 8),
        schedule: 'naive',
        precision: 'bf16',
        checkpointing: 'none',
        split: '8,8',
        transport: 'host',
      },
    },
    {
      name: '13b-replicas-freeze1-1024',
      model: 'llama2-13b',
      layers: 6,
      on: 'halved-card',
      recipe: {
        ...freeze(1),
        ...rows(1024, 1, 8),
        dataParallel: 2,
        precision: 'bf16',
        checkpointing: 'none',
        transport: 'host',
      },
    },
    {
      name: '13b-nccl-11-9-freeze3-512x4',
      model: 'llama2-13b',
      layers: 20,
      on: 'two-cards',
      recipe: {
        ...freeze(3),
        ...rows(512, 4, 16),
        precision: 'bf16',
        checkpointing: 'none',
        split: '11,9',
        transport: 'nccl',
      },
    },
    {
      name: '8b-nccl-replicas-r64-all-1024',
      model: 'llama3.1-8b',
      layers: 8,
      on: 'two-cards',
      recipe: {
        ...lora(64, 'all-linear', 0),
        ...rows(1024, 1, 8),
        dataParallel: 2,
        precision: 'bf16',
        checkpointing: 'full',
        transport: 'nccl',
      },
    },
  ]),
];

type Member = Omit<Configuration, 'half' | 'on'> & Partial<Pick<Configuration, 'on'>>;

function half(name: Configuration['half'], members: Member[]): Configuration[] {
  return members.map((member) => ({ on: 'card', ...member, half: name }));
}
