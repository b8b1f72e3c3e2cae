import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { packageRoot } from '../package-root.ts';
import { nearestNames } from '../suggest.ts';
import { resolveUserPath } from '../user-path.ts';
import { buildShape } from './build.ts';
import { type CatalogueModel, catalogue, findCatalogueModel } from './catalogue.ts';
import { parseModelConfig } from './config.ts';
import { folderFiles } from './folder.ts';
import { readModel } from './read.ts';
import type { ModelShape } from './shape.ts';

/** As the hub allows them: `owner/name`. */
const hubId = /^[\w-][\w.-]*\/[\w-][\w.-]*$/;

/** Written so that it can only be meant as a path. */
const pathLike = /^(\.{0,2}\/|~|\.{1,2}$)|\/.*\/|\/$|\\/;

export interface LoadOptions {
  /** What a relative folder is relative to; the current directory by default. */
  cwd?: string;
  /** config.json is enough, as for random weights. */
  shapeOnly?: boolean;
  /** The hub is not asked: of its models, those in Hugging Face's cache are there. By default, as HF_HUB_OFFLINE says. */
  offline?: boolean;
}

/**
 * Learns a model's shape from its config.json and safetensors headers. No weights are loaded or fetched.
 *
 * @param source "demo" (the packaged tiny model), a folder, a name of the catalogue, or a hub id. A folder that exists
 *   goes before a name or id spelled the same, as it does in transformers.
 * @throws UserError with exit code 2 when there is no such model, or it is none that can be trained; 4 when the hub
 *   cannot be reached
 */
export async function loadModelShape(
  source: string,
  { cwd = process.cwd(), shapeOnly = false, offline }: LoadOptions = {},
): Promise<ModelShape> {
  if (source === 'demo') {
    return loadFolder(join(packageRoot(), 'python', 'ft_trainer', 'demo', 'model'), source, shapeOnly);
  }
  const folder = resolveUserPath(source, cwd);
  if (existsSync(folder)) return loadFolder(folder, source, shapeOnly);
  if (pathLike.test(source)) throw notFound(`there is no folder ${folder}`, source);
  const known = findCatalogueModel(source);
  if (known) return catalogueShape(known, source);
  if (!hubId.test(source)) {
    throw notFound(`${source} is no folder, no name of the catalogue, and no hub id (owner/name)`, source);
  }
  return loadHub(source, shapeOnly, offline);
}

/** Loaded only when called for: the hub's client is larger than the rest of the room. */
async function loadHub(id: string, shapeOnly: boolean, offline: boolean | undefined): Promise<ModelShape> {
  const { loadFromHub } = await import('./hub.ts');
  try {
    return await loadFromHub(id, shapeOnly, offline);
  } catch (error) {
    if (!(error instanceof UserError && error.code === 'model-not-found')) throw error;
    const near = nearestNames(
      id,
      catalogue.map((model) => model.hubId),
    );
    if (near.length === 0) throw error;
    throw new UserError(error.code, error.message, `Did you mean ${near.join(' or ')}? ${error.fix}`);
  }
}

async function loadFolder(folder: string, source: string, shapeOnly: boolean): Promise<ModelShape> {
  return readModel(await folderFiles(folder), source, folder, shapeOnly);
}

function catalogueShape({ name, config }: CatalogueModel, source: string): ModelShape {
  const where = `the catalogue's ${name}`;
  return buildShape(parseModelConfig(JSON.stringify(config), where), { source, path: null, weights: null });
}

function notFound(message: string, source: string): UserError {
  const names = catalogue.map(({ name }) => name);
  const near = nearestNames(source.split('/').at(-1)!, names);
  const fix =
    near.length > 0
      ? `Did you mean ${near.join(' or ')}? Otherwise give a folder or a hub id.`
      : `Give a folder, a hub id such as Qwen/Qwen3-8B, or one of ${names.join(', ')}.`;
  return new UserError('model-not-found', message, fix);
}
