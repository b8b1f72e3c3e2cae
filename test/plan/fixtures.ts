import type { DataSummary } from '../../src/dataset/schema.ts';
import type { Card, Host } from '../../src/hardware/card.ts';
import type { LayerShape, LinearRole, ModelShape } from '../../src/model/shape.ts';
import type { DiskRoom, PlanInput } from '../../src/plan/input.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { Problem } from '../../src/plan/schema.ts';
import { type RecipeInput, recipeSchema } from '../../src/recipe/schema.ts';

export const GiB = 2 ** 30;

/** A Llama-like model; by default the shape of Llama 2 13B. */
export function llama(
  overrides: Partial<{
    hidden: number;
    intermediate: number;
    layers: number;
    heads: number;
    kvHeads: number;
    vocabulary: number;
    tied: boolean;
  }> = {},
): ModelShape {
  const { hidden, intermediate, layers, heads, kvHeads, vocabulary, tied } = {
    hidden: 5120,
    intermediate: 13824,
    layers: 40,
    heads: 40,
    kvHeads: 40,
    vocabulary: 32000,
    tied: false,
    ...overrides,
  };
  const headDim = hidden / heads;
  const kv = kvHeads * headDim;
  const linear = (module: string, role: LinearRole, inFeatures: number, outFeatures: number) => ({
    module,
    role,
    inFeatures,
    outFeatures,
    bias: false,
  });
  const linears = [
    linear('self_attn.q_proj', 'q', hidden, hidden),
    linear('self_attn.k_proj', 'k', hidden, kv),
    linear('self_attn.v_proj', 'v', hidden, kv),
    linear('self_attn.o_proj', 'o', hidden, hidden),
    linear('mlp.gate_proj', 'gate', hidden, intermediate),
    linear('mlp.up_proj', 'up', hidden, intermediate),
    linear('mlp.down_proj', 'down', intermediate, hidden),
  ];
  const otherParameters = 2 * hidden;
  const layer: LayerShape = {
    linears,
    otherParameters,
    parameters:
      otherParameters +
      linears.reduce((sum, { inFeatures, outFeatures }) => sum + inFeatures * outFeatures, 0),
  };
  const parameters = layers * layer.parameters + (tied ? 1 : 2) * vocabulary * hidden + hidden;
  return {
    source: 'test/llama',
    path: null,
    config: {},
    architecture: 'LlamaForCausalLM',
    hiddenSize: hidden,
    intermediateSize: intermediate,
    heads,
    kvHeads,
    headDim,
    vocabularySize: vocabulary,
    maxPositions: 4096,
    tied,
    layers: Array.from({ length: layers }, () => layer),
    embeddingParameters: vocabulary * hidden,
    finalNormParameters: hidden,
    headParameters: vocabulary * hidden,
    parameters,
    checkpointBytes: null,
    largestTensorBytes: 2 * vocabulary * hidden,
    tokenizer: null,
    overflowsInHalf: false,
    attention: 'sdpa',
  };
}

/** A model that fits anywhere. */
export const smallLlama = llama({
  hidden: 64,
  intermediate: 160,
  layers: 6,
  heads: 4,
  kvHeads: 4,
  vocabulary: 500,
});

/** As `llama`, with q, k and v in one linear layer and gate and up in another, as Phi-3 has them. */
export function fusedLlama(): ModelShape {
  const model = llama();
  const linear = (module: string, role: LinearRole, inFeatures: number, outFeatures: number) => ({
    module,
    role,
    inFeatures,
    outFeatures,
    bias: false,
  });
  const linears = [
    linear('self_attn.qkv_proj', 'qkv', 5120, 3 * 5120),
    linear('self_attn.o_proj', 'o', 5120, 5120),
    linear('mlp.gate_up_proj', 'gate_up', 5120, 2 * 13824),
    linear('mlp.down_proj', 'down', 13824, 5120),
  ];
  return {
    ...model,
    architecture: 'Phi3ForCausalLM',
    layers: model.layers.map((layer) => ({ ...layer, linears })),
  };
}

/** A real card of 24 GiB that computes like a 3090 unless told otherwise. */
export function card(
  index: number,
  overrides: Partial<Omit<Card, 'kind'>> & { kind?: Partial<Card['kind']> } = {},
): Card {
  const { kind, ...rest } = overrides;
  return {
    index,
    uuid: `GPU-${index}`,
    kind: {
      id: '3090',
      name: 'NVIDIA GeForce RTX 3090',
      memoryBytes: 24 * GiB,
      computeCapability: '8.6',
      gemm: { fp16: 70, bf16: 70, fp32: 30 },
      memoryBandwidth: 936e9,
      linkBandwidth: 12e9,
      ...kind,
    },
    totalBytes: 24 * GiB,
    freeBytes: Math.floor(23.6 * GiB),
    driverVersion: '580.00',
    migEnabled: false,
    processes: [],
    imagined: false,
    ...rest,
  };
}

/** A P40: as much memory, no fast half precision. */
export function p40(index: number): Card {
  return card(index, {
    kind: {
      id: 'p40',
      name: 'Tesla P40',
      computeCapability: '6.1',
      gemm: { fp16: 10, bf16: null, fp32: 10 },
      memoryBandwidth: 346e9,
    },
  });
}

export function cards(count: number, make: (index: number) => Card = card): Card[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

export const host: Host = {
  platform: 'linux x64',
  cpu: 'test',
  cores: 16,
  ramTotalBytes: 128 * GiB,
  ramAvailableBytes: 120 * GiB,
  swapTotalBytes: 0,
};

/** All files of a run in one place with so much room, bytes. */
export function diskOf(freeBytes: number): DiskRoom {
  const disk = { folder: '/data', device: 1, freeBytes };
  return { runs: disk, output: disk, download: disk };
}

/** Rows of the given lengths (tokens), in bins of 64. */
export function dataOf(lengths: number[], cutoffLength = 1024): DataSummary {
  const longest = Math.max(...lengths);
  const histogram = Array.from({ length: Math.ceil(longest / 64) }, (_, bin) => ({
    upTo: (bin + 1) * 64,
    rows: lengths.filter((length) => length > bin * 64 && length <= (bin + 1) * 64).length,
  }));
  return {
    version: 1,
    files: [{ path: '/data.json', format: 'alpaca', rows: lengths.length }],
    rows: lengths.length,
    template: 'alpaca',
    cutoffLength,
    tokens: {
      total: lengths.reduce((sum, length) => sum + length, 0),
      longest,
      truncatedRows: lengths.filter((length) => length > cutoffLength).length,
      histogram,
    },
    targetTokens: lengths.length * 10,
    badRows: [],
    contentHash: '0',
    sample: [],
  };
}

export function planInput(
  recipe: Partial<RecipeInput> = {},
  overrides: Partial<Omit<PlanInput, 'recipe'>> = {},
): PlanInput {
  return {
    recipe: recipeSchema.parse({ model: 'test/llama', ...recipe }),
    model: llama(),
    cards: cards(2),
    host,
    data: null,
    datasets: [],
    device: 'auto',
    disk: null,
    ownPython: false,
    measuredMemory: [],
    measuredSpeeds: [],
    hostName: 'localhost',
    ...overrides,
  };
}

/** The problem of that code in the plan for an input. */
export function problemIn(input: PlanInput, code: string): Problem | undefined {
  return makePlan(input).problems.find((each) => each.code === code);
}
