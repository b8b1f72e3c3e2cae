import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UserError } from '../../errors.ts';
import { listRuns } from '../../run/directory.ts';
import type { FolderEntry, FoundModel } from '../../ui/wizard/services.ts';
import { resolveUserPath } from '../../user-path.ts';

const mostRecent = 5;
const mostFolders = 200;

/** Models at hand: of earlier runs, in Hugging Face's cache, in folders near the current one. Each once. */
export async function findModels(runsRoot: string, cwd: string): Promise<FoundModel[]> {
  const recent = recentOf(runsRoot, ({ model }) => [model]).filter((model) => model !== 'demo');
  // The hub's client is large, and the first frame does not wait for it.
  const { cachedModels } = await import('../../model/hub-cache.ts');
  const [cached, here, below] = await Promise.all([
    cachedModels(),
    modelFolders(cwd),
    modelFolders(join(cwd, 'models')),
  ]);
  const found: FoundModel[] = [
    ...recent.slice(0, mostRecent).map((source) => ({ source, where: 'recent' as const })),
    ...cached.map((source) => ({ source, where: 'cache' as const })),
    ...here.map((name) => ({ source: `./${name}`, where: 'folder' as const })),
    ...below.map((name) => ({ source: `./models/${name}`, where: 'folder' as const })),
  ];
  const seen = new Set<string>();
  return found.filter(({ source }) => {
    const path = source.startsWith('.') ? resolveUserPath(source, cwd) : source;
    return !seen.has(path) && seen.add(path);
  });
}

/** What recipes of earlier runs name, newest first, each once. */
export function recentOf(
  runsRoot: string,
  pick: (recipe: { model: string; dataset?: string | string[] | undefined }) => string[],
): string[] {
  const named = listRuns(runsRoot).flatMap(({ recipe }) => (recipe ? pick(recipe) : []));
  return [...new Set(named)];
}

async function modelFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => !entry.isFile() && !entry.name.startsWith('.'));
  const models = await Promise.all(
    folders.slice(0, mostFolders).map(({ name }) => isModel(join(folder, name))),
  );
  return folders.flatMap(({ name }, index) => (models[index] ? [name] : [])).sort();
}

const isModel = (folder: string) =>
  stat(join(folder, 'config.json')).then(
    (file) => file.isFile(),
    () => false,
  );

/**
 * What is in a folder that may be of use: folders, models, files that could be datasets.
 *
 * @throws UserError `folder-unreadable`
 */
export async function listFolder(written: string, cwd: string): Promise<FolderEntry[]> {
  const folder = resolveUserPath(written === '' ? '.' : written, cwd);
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? null : (error.code ?? error.message);
    throw new UserError('folder-unreadable', { folder, reason });
  });
  const kinds = await Promise.all(
    entries.map(async (entry): Promise<FolderEntry | null> => {
      const path = join(folder, entry.name);
      // A link counts as what it leads to.
      const isFolder = entry.isSymbolicLink()
        ? ((await stat(path).catch(() => null))?.isDirectory() ?? false)
        : entry.isDirectory();
      if (isFolder) return { name: entry.name, kind: (await isModel(path)) ? 'model' : 'folder' };
      return /\.jsonl?$/i.test(basename(path)) ? { name: entry.name, kind: 'dataset' } : null;
    }),
  );
  return kinds.filter((entry) => entry !== null);
}
