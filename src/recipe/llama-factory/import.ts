import { readdir, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { parse } from 'yaml';
import { UserError } from '../../errors.ts';
import { resolveUserPath } from '../../user-path.ts';
import type { Preset } from '../preset.ts';
import { Arguments } from './arguments.ts';
import { findDatasets } from './datasets.ts';
import { type Translation, translate } from './translate.ts';

/** What a LLaMA-Factory file became. */
export interface Imported extends Omit<Translation, 'recipe'> {
  preset: Preset;
}

/** Whether a file of that name and content is LLaMA-Factory's, which writes YAML, or JSON with the same keys. */
export function isLlamaFactory(file: string, text: string): boolean {
  return /\.ya?ml$/i.test(file) || /"(model_name_or_path|finetuning_type)"\s*:/.test(text);
}

/**
 * A preset that trains what a LLaMA-Factory configuration for supervised fine-tuning (`llamafactory-cli train FILE`) does. It is the
 * user's own configuration, so paths in it are taken as they are.
 *
 * @param text the file's content
 * @param cwd where LLaMA-Factory would be started: relative paths start there
 * @throws UserError `bad-llama-factory`
 */
export async function importLlamaFactory(text: string, file: string, cwd: string): Promise<Imported> {
  const args = new Arguments(read(text, file), file);
  const model = args.text('model_name_or_path');
  if (model === undefined) throw new UserError('bad-llama-factory/no-model', { file });
  const datasets = await findDatasets(
    args.names('dataset') ?? [],
    args.text('dataset_dir') ?? 'data',
    file,
    cwd,
  );
  const output = args.text('output_dir');
  const { recipe, ...told } = translate(args, {
    model: await modelPath(model, cwd),
    datasets,
    output: output === undefined ? undefined : await freeFolder(resolveUserPath(output, cwd)),
  });
  const description = `From LLaMA-Factory's ${basename(file)}`.slice(0, 300);
  return { preset: { name: nameFor(file), description, recipe }, ...told };
}

function read(text: string, file: string): object {
  const value = parseYaml(text, file);
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
  throw new UserError('bad-llama-factory/shape', { file });
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text, { logLevel: 'error' });
  } catch (error) {
    // Below its first line, which then ends in a colon, the place is drawn.
    const reason = (error as Error).message.replace(/:?\n.*$/s, '');
    throw new UserError('bad-llama-factory/not-yaml', { file, reason });
  }
}

/** Absolute where it is a folder here: a preset is used from anywhere. */
async function modelPath(model: string, cwd: string): Promise<string> {
  const path = resolveUserPath(model, cwd);
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  return isFolder ? path : model;
}

/** null where there is something in it already, which may be what LLaMA-Factory has trained. */
async function freeFolder(path: string): Promise<string | null> {
  const names = await readdir(path).catch(() => []);
  return names.length > 0 ? null : path;
}

/** `examples/train_lora/llama3_lora_sft.yaml` is `llama3-lora-sft`. */
function nameFor(file: string): string {
  const words = basename(file, extname(file))
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  return (words ?? ['llama-factory']).join('-').slice(0, 40).replace(/-$/, '');
}
