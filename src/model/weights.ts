import { basename } from 'node:path';
import { z } from 'zod';
import { UserError } from '../errors.ts';
import { parseJson } from './json.ts';

/** The two names under which transformers looks for safetensors, in its order. */
export const singleFile = 'model.safetensors';
export const indexFile = 'model.safetensors.index.json';

/**
 * The file to read the headers from, out of a model's file names.
 *
 * @throws UserError `no-safetensors` when the weights are there in another format, or not at all
 */
export function pickWeights(names: readonly string[], where: string): typeof singleFile | typeof indexFile {
  if (names.includes(singleFile)) return singleFile;
  if (names.includes(indexFile)) return indexFile;
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  if (has(/\.bin$|\.pth$|\.pt$/)) {
    throw new UserError(
      'no-safetensors',
      `${where} has its weights as PyTorch pickles (.bin) only, which cannot be read tensor by tensor`,
      `Convert them once in Python: AutoModelForCausalLM.from_pretrained(MODEL, dtype="auto").save_pretrained(FOLDER), and its tokenizer, then name that folder.`,
    );
  }
  if (has(/\.gguf$/)) {
    throw new UserError(
      'no-safetensors',
      `${where} has GGUF files only, which are for inference and cannot be trained`,
      'Name the original model that they were made from.',
    );
  }
  throw new UserError(
    'no-safetensors',
    `${where} has no weights: neither ${singleFile} nor ${indexFile}`,
    'Fetch all files of the model.',
  );
}

/**
 * What to say when a model has no config.json.
 *
 * @param names of the files that are there instead
 */
export function noConfig(names: readonly string[], where: string): UserError {
  if (names.includes('adapter_config.json')) {
    return new UserError(
      'not-a-model',
      `${where} is a LoRA adapter, not a model`,
      'Name the base model, or merge the adapter into it first.',
    );
  }
  return new UserError(
    'not-a-model',
    `${where} has no config.json`,
    'Name a model in the layout of Hugging Face: config.json, safetensors and tokenizer in one place.',
  );
}

const indexSchema = z.looseObject({ weight_map: z.record(z.string(), z.string()) });

/**
 * The shards that a `model.safetensors.index.json` speaks of, sorted.
 *
 * @throws UserError `checkpoint-damaged`
 */
export function shardsOfIndex(text: string, where: string): string[] {
  const parsed = indexSchema.safeParse(parseJson(text, where, 'checkpoint-damaged'));
  const shards = parsed.success ? [...new Set(Object.values(parsed.data.weight_map))].sort() : [];
  // A name with a folder in it could lead out of the model's own.
  if (
    shards.length === 0 ||
    shards.some((shard) => basename(shard) !== shard || !shard.endsWith('.safetensors'))
  ) {
    throw new UserError(
      'checkpoint-damaged',
      `${where} is no safetensors index: it must map tensors to safetensors files beside it`,
      'Fetch the file again from where the model was published.',
    );
  }
  return shards;
}
