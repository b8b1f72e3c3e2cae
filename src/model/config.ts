import { z } from 'zod';
import { UserError } from '../errors.ts';
import { type Architecture, architectures, findArchitecture, type Width } from './architectures.ts';
import { parseJson } from './json.ts';

const size = z.int().positive();

/** What is read of a config.json. Other fields do not change the number or shape of any tensor. */
const configSchema = z.looseObject({
  architectures: z.array(z.string()).min(1),
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  num_key_value_heads: size.nullish(),
  head_dim: size.nullish(),
  vocab_size: size,
  max_position_embeddings: size.nullish(),
  tie_word_embeddings: z.boolean().nullish(),
  attention_bias: z.boolean().nullish(),
  mlp_bias: z.boolean().nullish(),
});

/** The fields of config.json that decide a model's shape, named as Hugging Face names them. */
export type HubConfig = z.input<typeof configSchema>;

/** A config.json with everything decided: what it leaves out is filled in as transformers fills it in. */
export interface ModelConfig {
  /** The whole file; `model_type`, by which transformers finds its class, is filled in. */
  json: Record<string, unknown>;
  architecture: Architecture;
  layers: number;
  heads: number;
  kvHeads: number;
  /** Features of each width that the architecture's table speaks of. */
  widths: Record<Width, number>;
  vocabularySize: number;
  maxPositions: number;
  tied: boolean;
  biases: { attention_bias: boolean; mlp_bias: boolean };
}

/**
 * Reads the text of a config.json.
 *
 * @param where what to call the file in an error: its path, or its place on the hub
 * @throws UserError `bad-model-config`, `unsupported-architecture` or `quantized-model`
 */
export function parseModelConfig(text: string, where: string): ModelConfig {
  const json = parseJson(text, where, 'bad-model-config');
  const architecture = requireArchitecture(json, where);
  refuseQuantized(json, where);
  const parsed = configSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const field = issue.path.join('.');
    throw new UserError('bad-model-config', { where, field, reason: issue.message });
  }
  return {
    json: { model_type: architecture.modelType, ...json },
    ...resolveConfig(parsed.data, architecture, where),
  };
}

function resolveConfig(
  config: HubConfig,
  architecture: Architecture,
  where: string,
): Omit<ModelConfig, 'json'> {
  const { defaults } = architecture;
  const heads = config.num_attention_heads;
  // An explicit null means "as many as query heads"; only an absent field takes the class's default.
  const kvHeads =
    (config.num_key_value_heads === undefined ? defaults.kvHeads : config.num_key_value_heads) ?? heads;
  const headDim = config.head_dim ?? defaults.headDim ?? config.hidden_size / heads;
  if (!Number.isInteger(headDim)) {
    throw new UserError('bad-model-config/heads', { where, hidden: config.hidden_size, heads });
  }
  if (heads % kvHeads !== 0) {
    throw new UserError('bad-model-config/kv-heads', { where, heads, kvHeads });
  }
  return {
    architecture,
    layers: config.num_hidden_layers,
    heads,
    kvHeads,
    widths: {
      hidden: config.hidden_size,
      intermediate: config.intermediate_size,
      '2intermediate': 2 * config.intermediate_size,
      headDim,
      q: heads * headDim,
      kv: kvHeads * headDim,
      qkv: (heads + 2 * kvHeads) * headDim,
    },
    vocabularySize: config.vocab_size,
    maxPositions: config.max_position_embeddings ?? defaults.maxPositions,
    tied: config.tie_word_embeddings ?? defaults.tied,
    biases: { attention_bias: config.attention_bias ?? false, mlp_bias: config.mlp_bias ?? false },
  };
}

function requireArchitecture(json: Record<string, unknown>, where: string): Architecture {
  const named: unknown = Array.isArray(json.architectures) ? json.architectures[0] : undefined;
  const supported = architectures.map(({ name }) => name);
  if (typeof named !== 'string') {
    throw new UserError('bad-model-config/architecture', { where, supported });
  }
  const architecture = findArchitecture(named);
  if (architecture) return architecture;
  if (named === 'Gemma3ForConditionalGeneration') {
    throw new UserError('unsupported-architecture/vision', { where, named, python: extractGemma3Text });
  }
  throw new UserError('unsupported-architecture', { where, named, supported });
}

/** Gemma3ForCausalLM.from_pretrained would find none of the names and leave the weights random (transformers 5.18). */
const extractGemma3Text =
  'm = Gemma3ForConditionalGeneration.from_pretrained(MODEL, dtype="auto"); ' +
  'torch.set_default_device("meta"); t = Gemma3ForCausalLM(m.config.text_config); ' +
  't.model, t.lm_head = m.model.language_model, m.lm_head; t.save_pretrained(FOLDER)';

/** Quantized weights are packed integers: there is no fp16 or fp32 tensor to put a pipeline stage together from. */
function refuseQuantized(json: Record<string, unknown>, where: string): void {
  // MLX writes `quantization` beside or instead of transformers' `quantization_config`.
  const found = json.quantization_config ?? json.quantization;
  if (found === undefined || found === null) return;
  const method = (found as { quant_method?: unknown }).quant_method;
  throw new UserError('quantized-model', { where, method: typeof method === 'string' ? method : null });
}
