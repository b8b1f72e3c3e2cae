import type { TokenizerFacts } from './tokenizer.ts';

/** Role of a linear layer inside a decoder block, the same words for every architecture. */
export type LinearRole = 'q' | 'k' | 'v' | 'qkv' | 'o' | 'gate' | 'up' | 'gate_up' | 'down';

/** One nn.Linear of a decoder block: y = x W^T (+ bias). */
export interface Linear {
  /** Module name below the layer as transformers spells it, e.g. `self_attn.q_proj`. */
  module: string;
  role: LinearRole;
  inFeatures: number;
  outFeatures: number;
  bias: boolean;
}

/** One decoder block. */
export interface LayerShape {
  linears: Linear[];
  /** Parameters outside the linears (norms), elements. */
  otherParameters: number;
  /** All parameters of the block, elements. */
  parameters: number;
}

/** A decoder-only model as the planner sees it; everything from config.json, checked against the safetensors headers. */
export interface ModelShape {
  /** What the user wrote: folder, hub id or catalogue name. */
  source: string;
  /** Absolute folder when the weights are on disk, else null. */
  path: string | null;
  /** The model's config.json, from which it can be built without its weights. */
  config: Record<string, unknown>;
  /** First entry of config.json's `architectures`, e.g. `LlamaForCausalLM`. */
  architecture: string;
  hiddenSize: number;
  intermediateSize: number;
  heads: number;
  kvHeads: number;
  headDim: number;
  vocabularySize: number;
  maxPositions: number;
  /** lm_head shares the embedding's tensor. */
  tied: boolean;
  layers: LayerShape[];
  /** Elements of the token embedding, final norm and lm_head (the head's count stands here also when tied). */
  embeddingParameters: number;
  finalNormParameters: number;
  headParameters: number;
  /** Distinct parameters of the whole model, elements (tied head counted once). */
  parameters: number;
  /** Bytes of the safetensors on disk or hub; null for a shape alone. */
  checkpointBytes: number | null;
  /** Largest single tensor, bytes as stored; an estimate in 16 bit for a catalogue shape. */
  largestTensorBytes: number;
  /** What its tokenizer says of itself; null where none was read, as for a shape alone. */
  tokenizer: TokenizerFacts | null;
  /** Its activations are known to exceed what fp16 can hold. */
  overflowsInHalf: boolean;
  /** Attention the architecture must run with: Gemma 2's soft-capping is dropped by SDPA. */
  attention: 'sdpa' | 'eager';
}
