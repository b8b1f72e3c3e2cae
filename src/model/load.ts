import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { packageRoot } from '../package-root.ts';
import { nearestNames } from '../suggest.ts';
import { resolveUserPath } from '../user-path.ts';
import { catalogue, findCatalogueModel } from './catalogue.ts';
import { catalogueShape } from './catalogue-shape.ts';
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
  if (pathLike.test(source)) throw await noFolder(folder);
  const known = findCatalogueModel(source);
  if (known) return catalogueShape(known, { source });
  if (hubId.test(source)) return loadHub(source, shapeOnly, offline);
  throw source.includes('/') ? await noFolder(folder) : unknownName(source);
}

/** Loaded only when called for: the hub's client is larger than the rest of the room. */
async function loadHub(id: string, shapeOnly: boolean, offline: boolean | undefined): Promise<ModelShape> {
  const { loadFromHub } = await import('./hub.ts');
  try {
    return await loadFromHub(id, shapeOnly, offline);
  } catch (error) {
    const refused = error instanceof UserError ? error.aboutOf('model-not-found/hub') : undefined;
    if (!refused) throw error;
    const ids = catalogue.map((model) => model.hubId);
    throw new UserError('model-not-found/hub', { ...refused, near: nearestNames(id, ids) });
  }
}

async function loadFolder(folder: string, source: string, shapeOnly: boolean): Promise<ModelShape> {
  return readModel(await folderFiles(folder), source, folder, shapeOnly);
}

function unknownName(source: string): UserError {
  const names = catalogue.map(({ name }) => name);
  return new UserError('model-not-found', { source, near: nearestNames(source, names), examples: names });
}

/** Says how far the path leads, and what is there by a name like the one that is missing. */
async function noFolder(folder: string): Promise<UserError> {
  let [parent, missing] = [dirname(folder), basename(folder)];
  while (!existsSync(parent)) [parent, missing] = [dirname(parent), basename(parent)];
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => !entry.isFile()).map(({ name }) => name);
  const near = nearestNames(missing, folders).map((name) => join(parent, name));
  const ends = parent === dirname(folder) ? null : { at: parent, lacks: missing };
  return new UserError('model-not-found/folder', { folder, ends, near });
}
