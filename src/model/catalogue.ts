import type { HubConfig } from './config.ts';

/** A model known by a short name: its shape without its weights, for planning. */
export interface CatalogueModel {
  /** What people write, e.g. `llama2-13b`. */
  name: string;
  /** Where its weights are, for those who want to train it. */
  hubId: string;
  config: HubConfig;
  /** Where the values were looked up. */
  source: string;
}

/** Models that differ in their measures only. */
interface Family {
  architecture: string;
  common: Pick<HubConfig, 'vocab_size' | 'max_position_embeddings' | 'head_dim'>;
  source: string;
  models: [
    name: string,
    hubId: string,
    hidden: number,
    intermediate: number,
    layers: number,
    heads: number,
    kvHeads: number,
    further?: Pick<HubConfig, 'head_dim' | 'tie_word_embeddings'>,
  ][];
}

/** Its rows cite the config.json of each hub id; `padded_vocab_size` there is `vocab_size` here. */
const litgpt = 'https://github.com/Lightning-AI/litgpt/blob/main/litgpt/config.py';

const families: Family[] = [
  {
    architecture: 'LlamaForCausalLM',
    common: { vocab_size: 32000, max_position_embeddings: 4096 },
    source: litgpt,
    models: [
      ['llama2-7b', 'meta-llama/Llama-2-7b-hf', 4096, 11008, 32, 32, 32],
      ['llama2-13b', 'meta-llama/Llama-2-13b-hf', 5120, 13824, 40, 40, 40],
      ['llama2-70b', 'meta-llama/Llama-2-70b-hf', 8192, 28672, 80, 64, 8],
    ],
  },
  {
    // Llama 2 trained on with a larger vocabulary, padded for tensor parallelism.
    architecture: 'LlamaForCausalLM',
    common: { vocab_size: 60928, max_position_embeddings: 4096 },
    source:
      'vocab_size of the 13B: https://github.com/TigerResearch/TigerBot/issues/85 and /110; of the 70B: estimated, as the 13B; the rest: Llama 2',
    models: [
      ['tigerbot-13b', 'TigerResearch/tigerbot-13b-base', 5120, 13824, 40, 40, 40],
      ['tigerbot-70b', 'TigerResearch/tigerbot-70b-base', 8192, 28672, 80, 64, 8],
    ],
  },
  {
    architecture: 'LlamaForCausalLM',
    common: { vocab_size: 128256, max_position_embeddings: 131072 },
    source: litgpt,
    models: [
      ['llama3.1-8b', 'meta-llama/Llama-3.1-8B', 4096, 14336, 32, 32, 8],
      ['llama3.1-70b', 'meta-llama/Llama-3.1-70B', 8192, 28672, 80, 64, 8],
      ['llama3.3-70b', 'meta-llama/Llama-3.3-70B-Instruct', 8192, 28672, 80, 64, 8],
    ],
  },
  {
    architecture: 'MistralForCausalLM',
    common: { vocab_size: 32768, max_position_embeddings: 32768 },
    source: litgpt,
    models: [
      ['mistral-7b', 'mistralai/Mistral-7B-v0.3', 4096, 14336, 32, 32, 8],
      ['mistral-large-123b', 'mistralai/Mistral-Large-Instruct-2407', 12288, 28672, 88, 96, 8],
    ],
  },
  {
    architecture: 'MistralForCausalLM',
    common: { vocab_size: 131072, max_position_embeddings: 32768, head_dim: 128 },
    source: `${litgpt}; head_dim confirmed by the published 23,572,403,200 parameters`,
    models: [['mistral-small-24b', 'mistralai/Mistral-Small-24B-Base-2501', 5120, 32768, 40, 32, 8]],
  },
  {
    architecture: 'Qwen2ForCausalLM',
    common: { vocab_size: 152064, max_position_embeddings: 131072 },
    source: litgpt,
    models: [
      ['qwen2.5-7b', 'Qwen/Qwen2.5-7B', 3584, 18944, 28, 28, 4],
      ['qwen2.5-14b', 'Qwen/Qwen2.5-14B', 5120, 13824, 48, 40, 8],
      ['qwen2.5-32b', 'Qwen/Qwen2.5-32B', 5120, 27648, 64, 40, 8],
      ['qwen2.5-72b', 'Qwen/Qwen2.5-72B', 8192, 29568, 80, 64, 8],
    ],
  },
  {
    architecture: 'Qwen3ForCausalLM',
    common: { vocab_size: 151936, max_position_embeddings: 40960, head_dim: 128 },
    source: litgpt,
    models: [
      ['qwen3-4b', 'Qwen/Qwen3-4B', 2560, 9728, 36, 32, 8, { tie_word_embeddings: true }],
      ['qwen3-8b', 'Qwen/Qwen3-8B', 4096, 12288, 36, 32, 8],
      ['qwen3-14b', 'Qwen/Qwen3-14B', 5120, 17408, 40, 40, 8],
      ['qwen3-32b', 'Qwen/Qwen3-32B', 5120, 25600, 64, 64, 8],
    ],
  },
  {
    architecture: 'Gemma2ForCausalLM',
    common: { vocab_size: 256000, max_position_embeddings: 8192 },
    source: litgpt,
    models: [
      ['gemma2-9b', 'google/gemma-2-9b', 3584, 14336, 42, 16, 8, { head_dim: 256 }],
      ['gemma2-27b', 'google/gemma-2-27b', 4608, 36864, 46, 32, 16, { head_dim: 128 }],
    ],
  },
  {
    // The text model alone. The hub's own checkpoints of these two hold a vision tower besides.
    architecture: 'Gemma3ForCausalLM',
    common: { vocab_size: 262208, max_position_embeddings: 131072 },
    source: `${litgpt}; vocab_size: Gemma3TextConfig of transformers 5.18`,
    models: [
      ['gemma3-12b', 'google/gemma-3-12b-it', 3840, 15360, 48, 16, 8, { head_dim: 256 }],
      ['gemma3-27b', 'google/gemma-3-27b-it', 5376, 21504, 62, 32, 16, { head_dim: 128 }],
    ],
  },
  {
    architecture: 'Phi3ForCausalLM',
    common: { vocab_size: 32064, max_position_embeddings: 4096 },
    source: `mini: ${litgpt}; medium: https://apxml.com/models/phi-3-medium`,
    models: [
      ['phi3-mini', 'microsoft/Phi-3-mini-4k-instruct', 3072, 8192, 32, 32, 32],
      ['phi3-medium', 'microsoft/Phi-3-medium-4k-instruct', 5120, 17920, 40, 40, 10],
    ],
  },
  {
    architecture: 'Phi3ForCausalLM',
    common: { vocab_size: 100352, max_position_embeddings: 16384 },
    source: litgpt,
    models: [['phi4', 'microsoft/phi-4', 5120, 17920, 40, 40, 10]],
  },
];

/** Every model that can be planned for by a short name. */
export const catalogue: readonly CatalogueModel[] = families.flatMap(
  ({ architecture, common, source, models }) =>
    models.map(([name, hubId, hidden, intermediate, layers, heads, kvHeads, further]) => ({
      name,
      hubId,
      source,
      config: {
        architectures: [architecture],
        hidden_size: hidden,
        intermediate_size: intermediate,
        num_hidden_layers: layers,
        num_attention_heads: heads,
        num_key_value_heads: kvHeads,
        ...common,
        ...further,
      },
    })),
);

/** The catalogue's model of that name, upper or lower case. */
export function findCatalogueModel(name: string): CatalogueModel | undefined {
  return catalogue.find((model) => model.name === name.toLowerCase());
}
