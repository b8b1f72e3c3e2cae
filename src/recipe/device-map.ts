import { UserError } from '../errors.ts';

/** A part of the model that a split puts elsewhere than the map does. */
export interface MovedPart {
  module: string;
  /** As the map numbers it. */
  device: number;
  to: 'first' | 'last';
}

export interface MappedSplit {
  /** Layers per stage, as the recipe's `split` has them. */
  split: string;
  moved: MovedPart[];
}

/** What a decoder-only model consists of, as transformers names it; the rotary table has no weights. */
const modules = ['model.embed_tokens', 'model.layers.N', 'model.norm', 'model.rotary_emb', 'lm_head'];
const known = /^(|model|model\.(embed_tokens|layers|norm|rotary_emb)|lm_head)$/;
const layerEntry = /^model\.layers\.(\d+)(\..+)?$/;
/** Where accelerate puts what no card has room for. */
const offloading = ['cpu', 'disk', 'meta'];

/**
 * The split that a Hugging Face `device_map` means: stages are the runs of layers on one device. As there, a name stands for all below
 * it: `model.layers` for every layer, the empty name for the whole model.
 *
 * A pipeline computes in the order of the layers, so each device must hold a run of them; the embedding lies with the first and the
 * final norm and head with the last, whatever the map says.
 *
 * @param value what the file holds
 * @param where the file, for errors
 * @throws UserError `bad-device-map` naming the entry
 */
export function splitFromDeviceMap(
  value: unknown,
  where: string,
  model: { source: string; layers: number },
): MappedSplit {
  const devices = readDevices(value, where, model);
  const placed = Array.from({ length: model.layers }, (_, layer) => deviceOfLayer(devices, layer, where));
  const missing = placed.flatMap((device, layer) => (device === null ? [layer] : []));
  if (missing.length > 0) {
    throw new UserError('bad-device-map/missing', {
      where,
      layers: missing,
      model: model.source,
      of: model.layers,
    });
  }
  const runs: { device: number; from: number; to: number }[] = [];
  for (const [layer, device] of (placed as number[]).entries()) {
    const last = runs.at(-1);
    if (last?.device === device) last.to = layer;
    else if (runs.some((run) => run.device === device)) {
      const before = runs.findLast((run) => run.device === device)!.to;
      throw new UserError('bad-device-map/scattered', { where, device, before, after: layer });
    } else runs.push({ device, from: layer, to: layer });
  }
  const moved = (module: string, to: MovedPart['to'], device: number) => {
    const mapped = lookUp(devices, module);
    return mapped === undefined || mapped === device ? [] : [{ module, device: mapped, to }];
  };
  const [first, last] = [runs[0]!.device, runs.at(-1)!.device];
  return {
    split: runs.map(({ from, to }) => to - from + 1).join(),
    moved: [
      ...moved('model.embed_tokens', 'first', first),
      ...moved('model.norm', 'last', last),
      ...moved('lm_head', 'last', last),
    ],
  };
}

/** The entries, devices as numbers. */
function readDevices(
  value: unknown,
  where: string,
  model: { source: string; layers: number },
): Map<string, number> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UserError('bad-device-map/shape', { where });
  }
  const devices = new Map<string, number>();
  for (const [module, written] of Object.entries(value)) {
    const layer = layerEntry.exec(module)?.[1];
    if (layer === undefined && !known.test(module)) {
      throw new UserError('bad-device-map/module', { where, module: JSON.stringify(module), known: modules });
    }
    if (layer !== undefined && Number(layer) >= model.layers) {
      throw new UserError('bad-device-map/model', {
        where,
        module,
        model: model.source,
        last: model.layers - 1,
      });
    }
    devices.set(module, readDevice(written, module, where));
  }
  return devices;
}

function readDevice(written: unknown, module: string, where: string): number {
  const number = /^(?:cuda:)?(\d{1,3})$/.exec(String(written))?.[1];
  if (number !== undefined && (typeof written === 'number' || typeof written === 'string'))
    return Number(number);
  const about = { where, module: JSON.stringify(module), device: JSON.stringify(written) };
  const isOffloaded = typeof written === 'string' && offloading.includes(written);
  throw new UserError(isOffloaded ? 'bad-device-map/offloaded' : 'bad-device-map/device', about);
}

/** The device of the nearest name at or above `module`. */
function lookUp(devices: ReadonlyMap<string, number>, module: string): number | undefined {
  for (let name = module; ; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
    const device = devices.get(name);
    if (device !== undefined || name === '') return device;
  }
}

/** null where the map has none. */
function deviceOfLayer(devices: ReadonlyMap<string, number>, layer: number, where: string): number | null {
  const name = `model.layers.${layer}`;
  const whole = lookUp(devices, name);
  const parts = [...devices].flatMap(([module, device]) => (module.startsWith(`${name}.`) ? [device] : []));
  const all = new Set(whole === undefined ? parts : [whole, ...parts]);
  if (all.size > 1) throw new UserError('bad-device-map/divided', { where, layer, devices: [...all] });
  const [device] = all;
  return device ?? null;
}
