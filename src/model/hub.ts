import { downloadFile, InvalidApiResponseFormatError, listFiles } from '@huggingface/hub';
import { UserError } from '../errors.ts';
import type { ModelFiles, OpenFile } from './files.ts';
import { folderFiles } from './folder.ts';
import { type Hub, hubFromEnvironment, isOffline, translateHubError } from './hub-access.ts';
import { findSnapshot } from './hub-cache.ts';
import { isComplete, readModel } from './read.ts';
import type { ModelShape } from './shape.ts';

/**
 * A model of the hub: from Hugging Face's cache on this machine if it is there whole, otherwise over the network by
 * reading config.json and, with range requests, the headers of its safetensors. No weights are fetched.
 *
 * @param id `owner/name`
 * @param shapeOnly config.json is enough
 * @param offline the hub is not asked
 * @throws UserError
 */
export async function loadFromHub(
  id: string,
  shapeOnly: boolean,
  offline: boolean = isOffline(),
): Promise<ModelShape> {
  const snapshot = await findSnapshot(id);
  if (snapshot) {
    const files = await folderFiles(snapshot);
    // Offline, what the snapshot lacks is what the user should hear about.
    const isEnough = shapeOnly ? files.names.includes('config.json') : await isComplete(files);
    if (offline || isEnough) return readModel(files, id, snapshot, shapeOnly);
  }
  if (offline) {
    throw new UserError('model-not-cached', { id });
  }
  const hub = await hubFromEnvironment(id);
  try {
    return await readModel(await hubFiles(id, hub), id, null, shapeOnly);
  } catch (error) {
    throw translateHubError(error, hub);
  }
}

async function hubFiles(id: string, hub: Hub): Promise<ModelFiles> {
  const request = { repo: { type: 'model' as const, name: id }, hubUrl: hub.url, fetch: hub.fetch };
  const where = `${hub.url}/${id}`;
  const names: string[] = [];
  for await (const { path } of listFiles(request)) names.push(path);

  const download = async (path: string): Promise<Blob> => {
    const blob = await downloadFile({ ...request, path });
    if (!blob) throw new InvalidApiResponseFormatError(`${path} is listed but not there`);
    return blob;
  };
  return {
    where,
    names,
    readText: async (name) => (await download(name)).text(),
    open: async (name): Promise<OpenFile> => {
      const blob = await download(name);
      return {
        name: `${where}/${name}`,
        size: blob.size,
        read: async (start, length) => Buffer.from(await blob.slice(start, start + length).arrayBuffer()),
        close: async () => {},
      };
    },
  };
}
