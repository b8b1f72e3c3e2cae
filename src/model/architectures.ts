import type { LinearRole } from './shape.ts';

/** A width of a projection or norm, by what it is a multiple of. */
export type Width = 'hidden' | 'q' | 'kv' | 'qkv' | 'intermediate' | '2intermediate' | 'headDim';

/** One nn.Linear of the block. `bias` names the config.json switch that adds one, or says that it always or never has one. */
export interface LinearSpec {
  module: string;
  role: LinearRole;
  in: Width;
  out: Width;
  bias: boolean | 'attention_bias' | 'mlp_bias';
}

/** One RMSNorm of the block: a weight vector and nothing else. */
export interface NormSpec {
  module: string;
  width: Width;
}

/** What config.json means when it leaves a field out: the defaults of transformers' config class. */
export interface ConfigDefaults {
  /** null: as many as there are query heads. */
  kvHeads: number | null;
  /** null: hidden size over heads. */
  headDim: number | null;
  maxPositions: number;
  tied: boolean;
}

/** A decoder-only architecture, as data. */
export interface Architecture {
  /** Class name as in config.json's `architectures`. */
  name: string;
  /** As config.json's `model_type` has it. */
  modelType: string;
  linears: LinearSpec[];
  norms: NormSpec[];
  defaults: ConfigDefaults;
  /** How attention must be computed: `eager` where SDPA would leave something out, as it does Gemma 2's soft-capping. */
  attention: 'sdpa' | 'eager';
  /**
   * Activations of the published weights exceed fp16's 65504: Gemma scales its embedding by the root of the hidden size, and norms have
   * large weights (huggingface/transformers issue 36822 and pull request 37226; vLLM refuses fp16 for both, `vllm/config/model.py`).
   */
  overflowsInHalf: boolean;
}

type Bias = LinearSpec['bias'];

/** q, k, v and o as four projections. */
const attention = (qkvBias: Bias, oBias: Bias): LinearSpec[] => [
  { module: 'self_attn.q_proj', role: 'q', in: 'hidden', out: 'q', bias: qkvBias },
  { module: 'self_attn.k_proj', role: 'k', in: 'hidden', out: 'kv', bias: qkvBias },
  { module: 'self_attn.v_proj', role: 'v', in: 'hidden', out: 'kv', bias: qkvBias },
  { module: 'self_attn.o_proj', role: 'o', in: 'q', out: 'hidden', bias: oBias },
];

/** The gated MLP as three projections. */
const gatedMlp = (bias: Bias): LinearSpec[] => [
  { module: 'mlp.gate_proj', role: 'gate', in: 'hidden', out: 'intermediate', bias },
  { module: 'mlp.up_proj', role: 'up', in: 'hidden', out: 'intermediate', bias },
  { module: 'mlp.down_proj', role: 'down', in: 'intermediate', out: 'hidden', bias },
];

const preNorms: NormSpec[] = [
  { module: 'input_layernorm', width: 'hidden' },
  { module: 'post_attention_layernorm', width: 'hidden' },
];

/** Gemma normalises before and after each half of the block. */
const sandwichNorms: NormSpec[] = [
  ...preNorms,
  { module: 'pre_feedforward_layernorm', width: 'hidden' },
  { module: 'post_feedforward_layernorm', width: 'hidden' },
];

/** One weight for all heads, over the head dimension. */
const qkNorms: NormSpec[] = [
  { module: 'self_attn.q_norm', width: 'headDim' },
  { module: 'self_attn.k_norm', width: 'headDim' },
];

/**
 * Every architecture that can be trained. Layers and defaults as in transformers 5.18 (`models/<name>/modeling_*.py`,
 * `configuration_*.py`); `test/model/reference.py` compares them with the real classes. A new one is a row here.
 */
export const architectures: readonly Architecture[] = [
  {
    name: 'LlamaForCausalLM',
    modelType: 'llama',
    linears: [...attention('attention_bias', 'attention_bias'), ...gatedMlp('mlp_bias')],
    norms: preNorms,
    defaults: { kvHeads: null, headDim: null, maxPositions: 2048, tied: false },
    attention: 'sdpa',
    overflowsInHalf: false,
  },
  {
    name: 'MistralForCausalLM',
    modelType: 'mistral',
    linears: [...attention(false, false), ...gatedMlp(false)],
    norms: preNorms,
    defaults: { kvHeads: 8, headDim: null, maxPositions: 131072, tied: false },
    attention: 'sdpa',
    overflowsInHalf: false,
  },
  {
    name: 'Qwen2ForCausalLM',
    modelType: 'qwen2',
    linears: [...attention(true, false), ...gatedMlp(false)],
    norms: preNorms,
    defaults: { kvHeads: 32, headDim: null, maxPositions: 32768, tied: false },
    attention: 'sdpa',
    overflowsInHalf: false,
  },
  {
    name: 'Qwen3ForCausalLM',
    modelType: 'qwen3',
    linears: [...attention('attention_bias', 'attention_bias'), ...gatedMlp(false)],
    norms: [...preNorms, ...qkNorms],
    defaults: { kvHeads: 32, headDim: 128, maxPositions: 32768, tied: false },
    attention: 'sdpa',
    overflowsInHalf: false,
  },
  {
    name: 'Gemma2ForCausalLM',
    modelType: 'gemma2',
    linears: [...attention('attention_bias', 'attention_bias'), ...gatedMlp(false)],
    norms: sandwichNorms,
    defaults: { kvHeads: 4, headDim: 256, maxPositions: 8192, tied: true },
    attention: 'eager',
    overflowsInHalf: true,
  },
  {
    name: 'Gemma3ForCausalLM',
    modelType: 'gemma3_text',
    linears: [...attention('attention_bias', 'attention_bias'), ...gatedMlp(false)],
    norms: [...sandwichNorms, ...qkNorms],
    defaults: { kvHeads: 4, headDim: 256, maxPositions: 131072, tied: true },
    attention: 'sdpa',
    overflowsInHalf: true,
  },
  {
    name: 'Phi3ForCausalLM',
    modelType: 'phi3',
    linears: [
      { module: 'self_attn.qkv_proj', role: 'qkv', in: 'hidden', out: 'qkv', bias: false },
      { module: 'self_attn.o_proj', role: 'o', in: 'q', out: 'hidden', bias: false },
      { module: 'mlp.gate_up_proj', role: 'gate_up', in: 'hidden', out: '2intermediate', bias: false },
      { module: 'mlp.down_proj', role: 'down', in: 'intermediate', out: 'hidden', bias: false },
    ],
    norms: preNorms,
    defaults: { kvHeads: null, headDim: null, maxPositions: 4096, tied: false },
    attention: 'sdpa',
    overflowsInHalf: false,
  },
];

/** The row of an architecture; undefined when it is not supported. */
export function findArchitecture(name: string): Architecture | undefined {
  return architectures.find((architecture) => architecture.name === name);
}
