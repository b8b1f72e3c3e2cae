import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { getHFHubCachePath, getRepoFolderName } from '@huggingface/hub';

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
