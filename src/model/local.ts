import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { buildShape } from './build.ts';
import { type Checkpoint, checkCheckpoint, type StoredTensor } from './checkpoint.ts';
import { parseModelConfig } from './config.ts';
import { readSafetensors } from './safetensors.ts';
import type { ModelShape } from './shape.ts';
import { tensorShapes } from './tensors.ts';
import { indexFile, noConfig, pickWeights, shardsOfIndex, singleFile } from './weights.ts';

/**
 * A model in a folder of this machine: config.json held against the headers of every safetensors file.
 *
 * @param folder absolute
 * @param source what the user wrote
 */
export async function loadLocal(folder: string, source: string): Promise<ModelShape> {
  const names = await fileNames(folder);
  if (!names.includes('config.json')) throw noConfig(names, folder);
  const configFile = join(folder, 'config.json');
  const config = parseModelConfig(await readFile(configFile, 'utf8'), configFile);
  const checkpoint = await readCheckpoint(folder, names);
  const weights = checkCheckpoint(checkpoint, tensorShapes(config));
  return buildShape(config, { source, path: folder, weights });
}

/**
 * True when the folder has a config.json and every file that its weights are said to consist of. What is in those files
 * is not looked at.
 */
export async function isComplete(folder: string): Promise<boolean> {
  const names = await fileNames(folder);
  if (!names.includes('config.json')) return false;
  if (names.includes(singleFile)) return true;
  if (!names.includes(indexFile)) return false;
  const index = join(folder, indexFile);
  return shardsOfIndex(await readFile(index, 'utf8'), index).every((shard) => names.includes(shard));
}

async function fileNames(folder: string): Promise<string[]> {
  if (!(await stat(folder)).isDirectory()) {
    throw new UserError(
      'not-a-model',
      `${folder} is a file, and a model is a folder`,
      `Name the folder: ${dirname(folder)}`,
    );
  }
  return readdir(folder);
}

async function readCheckpoint(folder: string, names: string[]): Promise<Checkpoint> {
  const shards = await weightFiles(folder, names);
  const files = await Promise.all(shards.map((shard) => readSafetensors(join(folder, shard))));
  const tensors = new Map<string, StoredTensor>();
  for (const file of files) for (const [name, tensor] of file.tensors) tensors.set(name, tensor);
  return { where: folder, tensors, bytes: files.reduce((total, { bytes }) => total + bytes, 0) };
}

async function weightFiles(folder: string, names: string[]): Promise<string[]> {
  if (pickWeights(names, folder) === singleFile) return [singleFile];
  const index = join(folder, indexFile);
  const shards = shardsOfIndex(await readFile(index, 'utf8'), index);
  const missing = shards.filter((shard) => !names.includes(shard));
  if (missing.length > 0) {
    throw new UserError(
      'checkpoint-incomplete',
      `${folder} lacks ${missing.length} of ${shards.length} weight files: ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ', ...' : ''}`,
      'Its download or copy did not finish; fetch the missing files.',
    );
  }
  return shards;
}
