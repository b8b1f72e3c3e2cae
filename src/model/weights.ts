import { basename } from 'node:path';
import { z } from 'zod';
import { UserError } from '../errors.ts';
import type { ModelFiles } from './files.ts';
import { parseJson } from './json.ts';

/** The two names under which transformers looks for safetensors, in its order. */
const singleFile = 'model.safetensors';
const indexFile = 'model.safetensors.index.json';

/** The safetensors files that a model consists of, and which of them are not there. */
export interface Weights {
  names: string[];
  missing: string[];
}

/**
 * Finds the weights among a model's files.
 *
 * @throws UserError `no-safetensors` when they are there in another format, or not at all; `checkpoint-damaged` for a
 *   bad index
 */
export async function findWeights(files: ModelFiles): Promise<Weights> {
  if (files.names.includes(singleFile)) return { names: [singleFile], missing: [] };
  if (!files.names.includes(indexFile)) throw noSafetensors(files);
  const names = shardsOfIndex(await files.readText(indexFile), `${files.where}/${indexFile}`);
  return { names, missing: names.filter((name) => !files.names.includes(name)) };
}

function noSafetensors({ names, where }: ModelFiles): UserError {
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  if (has(/\.bin$|\.pth$|\.pt$/)) {
    return new UserError('no-safetensors/pickles', { where });
  }
  if (has(/\.gguf$/)) {
    return new UserError('no-safetensors/gguf', { where });
  }
  return new UserError('no-safetensors', { where, looked: [singleFile, indexFile] });
}

/** What to say when a model has no config.json. */
export function noConfig({ names, where }: ModelFiles): UserError {
  if (names.includes('adapter_config.json')) {
    return new UserError('not-a-model/adapter', { where });
  }
  return new UserError('not-a-model', { where });
}

const indexSchema = z.looseObject({ weight_map: z.record(z.string(), z.string()) });

/** The shards that an index speaks of, sorted. */
function shardsOfIndex(text: string, where: string): string[] {
  const parsed = indexSchema.safeParse(parseJson(text, where, 'checkpoint-damaged'));
  const shards = parsed.success ? [...new Set(Object.values(parsed.data.weight_map))].sort() : [];
  // A name with a folder in it could lead out of the model's own.
  if (
    shards.length === 0 ||
    shards.some((shard) => basename(shard) !== shard || !shard.endsWith('.safetensors'))
  ) {
    throw new UserError('checkpoint-damaged/index', { where });
  }
  return shards;
}
