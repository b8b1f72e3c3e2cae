import { downloadFile, listFiles, parseSafetensorsMetadata, type TensorInfo } from '@huggingface/hub';
import { UserError } from '../errors.ts';
import { buildShape } from './build.ts';
import { type Checkpoint, checkCheckpoint, type StoredTensor } from './checkpoint.ts';
import { parseModelConfig } from './config.ts';
import { type Hub, hubFromEnvironment, isOffline, translateHubError } from './hub-access.ts';
import { findSnapshot } from './hub-cache.ts';
import { isComplete, loadLocal } from './local.ts';
import type { ModelShape } from './shape.ts';
import { tensorShapes } from './tensors.ts';
import { noConfig, pickWeights } from './weights.ts';

/**
 * A model of the hub: from Hugging Face's cache on this machine if it is there whole, otherwise over the network by
 * reading config.json and, with range requests, the headers of its safetensors. No weights are fetched.
 *
 * @param id `owner/name`
 * @throws UserError
 */
export async function loadFromHub(id: string): Promise<ModelShape> {
  const snapshot = await findSnapshot(id);
  if (snapshot && (isOffline() || (await isComplete(snapshot)))) return loadLocal(snapshot, id);
  if (isOffline()) {
    throw new UserError(
      'model-not-cached',
      `${id} is not in the Hugging Face cache, and HF_HUB_OFFLINE forbids to fetch it`,
      'Unset HF_HUB_OFFLINE, or copy the model here and name its folder.',
    );
  }
  const hub = await hubFromEnvironment(id);
  try {
    return await loadOverNetwork(id, hub);
  } catch (error) {
    throw translateHubError(error, id, hub);
  }
}

async function loadOverNetwork(id: string, hub: Hub): Promise<ModelShape> {
  const request = { repo: { type: 'model' as const, name: id }, hubUrl: hub.url, fetch: hub.fetch };
  const where = `${hub.url}/${id}`;
  const sizes = new Map<string, number>();
  for await (const { path, size } of listFiles(request)) sizes.set(path, size);
  const names = [...sizes.keys()];

  const configFile = await downloadFile({ ...request, path: 'config.json' });
  if (!configFile) throw noConfig(names, where);
  const config = parseModelConfig(await configFile.text(), `${where}/config.json`);

  const metadata = await parseSafetensorsMetadata({ ...request, path: pickWeights(names, where) });
  const headers = metadata.sharded ? metadata.headers : { [metadata.filepaths[0]!]: metadata.header };
  const checkpoint: Checkpoint = { where, tensors: new Map(), bytes: 0 };
  for (const [name, header] of Object.entries(headers)) {
    const { __metadata__, ...tensors } = header;
    for (const [tensor, info] of Object.entries(tensors)) {
      checkpoint.tensors.set(tensor, storedTensor(info, `${where}/${name}`));
    }
    checkpoint.bytes += sizes.get(name) ?? 0;
  }
  const weights = checkCheckpoint(checkpoint, tensorShapes(config));
  return buildShape(config, { source: id, path: null, weights });
}

function storedTensor({ dtype, shape, data_offsets: [begin, end] }: TensorInfo, file: string): StoredTensor {
  return { dtype, shape, bytes: end - begin, file };
}
