import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseModelConfig } from '../../src/model/config.ts';
import { elements, tensorShapes } from '../../src/model/tensors.ts';

/** A config.json as small as may be. */
export const tinyConfig = {
  architectures: ['LlamaForCausalLM'],
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  vocab_size: 10,
};

export interface StoredEntry {
  name: string;
  dtype: string;
  shape: number[];
  bytes: number;
}

/** The tensors that a checkpoint of that config consists of, in fp16. */
export function entriesOf(config: object): StoredEntry[] {
  const shapes = tensorShapes(parseModelConfig(JSON.stringify(config), 'test'));
  return [...shapes].map(([name, shape]) => ({ name, dtype: 'F16', shape, bytes: 2 * elements(shape) }));
}

/** A safetensors file of zeros. */
export function safetensors(entries: StoredEntry[]): Buffer {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let offset = 0;
  for (const { name, dtype, shape, bytes } of entries) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes] };
    offset += bytes;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(offset)]);
}

/** The files of a model by name: its weights in one piece, or in as many shards as asked. */
export function modelFiles(config: object, entries = entriesOf(config), shards = 1): Record<string, Buffer> {
  const files: Record<string, Buffer> = { 'config.json': Buffer.from(JSON.stringify(config)) };
  if (shards === 1) return { ...files, 'model.safetensors': safetensors(entries) };
  const weightMap: Record<string, string> = {};
  for (let shard = 0; shard < shards; shard += 1) {
    const file = `model-0000${shard + 1}-of-0000${shards}.safetensors`;
    const own = entries.filter((_, index) => index % shards === shard);
    for (const { name } of own) weightMap[name] = file;
    files[file] = safetensors(own);
  }
  files['model.safetensors.index.json'] = Buffer.from(
    JSON.stringify({ metadata: {}, weight_map: weightMap }),
  );
  return files;
}

/** Writes files into a folder, which it makes. */
export async function writeFiles(folder: string, files: Record<string, Buffer | string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all(Object.entries(files).map(([name, data]) => writeFile(join(folder, name), data)));
}
