import { UserError } from '../errors.ts';
import { buildShape } from './build.ts';
import { type Checkpoint, checkCheckpoint } from './checkpoint.ts';
import { parseModelConfig } from './config.ts';
import type { ModelFiles } from './files.ts';
import { readSafetensors, type SafetensorsFile } from './safetensors.ts';
import type { ModelShape } from './shape.ts';
import { tensorShapes } from './tensors.ts';
import { readTokenizerFacts } from './tokenizer.ts';
import { findWeights, noConfig } from './weights.ts';

/** Headers read at the same time: enough to hide the latency of a hub, few enough not to trouble it. */
const concurrency = 16;

/**
 * Reads a model: config.json, held against the header of every safetensors file.
 *
 * @param source what the user wrote
 * @param path absolute folder of the model; null when it is not on this machine
 * @param shapeOnly config.json is enough: weights are not looked for
 * @throws UserError
 */
export async function readModel(
  files: ModelFiles,
  source: string,
  path: string | null,
  shapeOnly: boolean,
): Promise<ModelShape> {
  if (!files.names.includes('config.json')) throw noConfig(files);
  const config = parseModelConfig(await files.readText('config.json'), `${files.where}/config.json`);
  if (shapeOnly) return buildShape(config, { source, path, weights: null, tokenizer: null });
  const [checkpoint, tokenizer] = await Promise.all([readCheckpoint(files), readTokenizerFacts(files)]);
  const weights = checkCheckpoint(checkpoint, tensorShapes(config));
  return buildShape(config, { source, path, weights, tokenizer });
}

/** True when config.json and every weight file is there. What is in the weight files is not looked at. */
export async function isComplete(files: ModelFiles): Promise<boolean> {
  if (!files.names.includes('config.json')) return false;
  try {
    return (await findWeights(files)).missing.length === 0;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

async function readCheckpoint(files: ModelFiles): Promise<Checkpoint> {
  const { names, missing } = await findWeights(files);
  if (missing.length > 0) {
    throw new UserError('checkpoint-incomplete', { where: files.where, missing, of: names.length });
  }
  const checkpoint: Checkpoint = { where: files.where, tensors: new Map(), bytes: 0 };
  for (let start = 0; start < names.length; start += concurrency) {
    const batch = names.slice(start, start + concurrency);
    for (const { tensors, bytes } of await Promise.all(batch.map((name) => readHeader(files, name)))) {
      for (const [name, tensor] of tensors) checkpoint.tensors.set(name, tensor);
      checkpoint.bytes += bytes;
    }
  }
  return checkpoint;
}

async function readHeader(files: ModelFiles, name: string): Promise<SafetensorsFile> {
  const file = await files.open(name);
  try {
    return await readSafetensors(file);
  } finally {
    await file.close();
  }
}
