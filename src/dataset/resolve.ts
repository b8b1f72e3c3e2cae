import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { packageRoot } from '../package-root.ts';
import { resolveUserPath } from '../user-path.ts';

/**
 * The dataset files that a recipe names, absolute and in its order. "demo" is the packaged one.
 *
 * @param dataset one name or path, or several
 * @param cwd what a relative path is relative to
 * @throws UserError `dataset-not-found` or `not-a-dataset`
 */
export async function resolveDatasets(dataset: string | string[], cwd: string): Promise<string[]> {
  return Promise.all([dataset].flat().map((written) => resolveDataset(written, cwd)));
}

async function resolveDataset(written: string, cwd: string): Promise<string> {
  const path =
    written === 'demo'
      ? join(packageRoot(), 'python', 'ft_trainer', 'demo', 'self-cognition.jsonl')
      : resolveUserPath(written, cwd);
  const stats = await stat(path).catch(() => null);
  if (!stats) {
    throw new UserError('dataset-not-found', { path });
  }
  if (stats.isDirectory()) {
    throw new UserError('not-a-dataset/folder', { path });
  }
  if (stats.size === 0) {
    throw new UserError('not-a-dataset/empty', { path });
  }
  return path;
}
