import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { getHFHubCachePath, getRepoFolderName } from '@huggingface/hub';

/** Where models that are fetched will lie. */
export const hubCacheFolder = () => getHFHubCachePath();

/**
 * The folder of a model's main branch in Hugging Face's cache (HF_HUB_CACHE, else HF_HOME/hub, else the default), or
 * null. It may hold only some of the files: huggingface_hub links each one when it has arrived.
 *
 * @param id `owner/name`
 */
export async function findSnapshot(id: string): Promise<string | null> {
  const repository = join(getHFHubCachePath(), getRepoFolderName({ type: 'model', name: id }));
  try {
    const commit = (await readFile(join(repository, 'refs', 'main'), 'utf8')).trim();
    const snapshot = join(repository, 'snapshots', commit);
    return (await stat(snapshot)).isDirectory() ? snapshot : null;
  } catch {
    return null;
  }
}

/** Ids of the models that have at least some files in Hugging Face's cache, the one fetched last first. */
export async function cachedModels(): Promise<string[]> {
  const cache = getHFHubCachePath();
  const names = await readdir(cache).catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => name.startsWith('models--') && name.split('--').length === 3)
      .map(async (name) => {
        const fetched = await stat(join(cache, name, 'refs', 'main')).catch(() => null);
        return fetched && { id: name.slice('models--'.length).replace('--', '/'), time: fetched.mtimeMs };
      }),
  );
  return found
    .filter((model) => model !== null)
    .sort((a, b) => b.time - a.time)
    .map(({ id }) => id);
}
