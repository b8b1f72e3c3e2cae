import { existsSync } from 'node:fs';
import { resolveDatasets } from '../dataset/resolve.ts';
import { exitCodes, UserError } from '../errors.ts';
import type { Card } from '../hardware/card.ts';
import { emulateCards } from '../hardware/emulate.ts';
import { detectHost } from '../hardware/host.ts';
import { queryCards } from '../hardware/nvidia-smi.ts';
import { selectCards } from '../hardware/select.ts';
import { isCardSpec, parseCardSpec } from '../hardware/spec.ts';
import { loadModelShape } from '../model/load.ts';
import type { ModelShape } from '../model/shape.ts';
import type { PlanInput } from '../plan/input.ts';
import { type MappedSplit, type MovedPart, splitFromDeviceMap } from '../recipe/device-map.ts';
import type { Recipe } from '../recipe/schema.ts';
import { runsRoot } from '../run/directory.ts';
import { readJsonFile } from '../run/json-file.ts';
import { readSpeeds } from '../run/speeds.ts';
import { resolveUserPath } from '../user-path.ts';
import { noCards } from '../words/en/cards.ts';
import { findDiskRoom } from './disk-room.ts';
import { completeRecipe, type RecipeOptions } from './recipe-options.ts';

/** The way from what was typed to what a plan is made of: recipe, cards, model, dataset files. */

export interface CardOptions {
  /** Cards of this box (`0,2`, UUIDs), or imagined ones (`2xP40`) where nothing is started. */
  gpus?: string;
  /** Cards of another size that share those of this box: `6x24GiB@12%`. */
  emulate?: string;
  /** A Hugging Face device_map, taken for the split. */
  deviceMap?: string;
  device: PlanInput['device'];
}

/**
 * `run`: this box as it is. `dry-run`: this box, or cards imagined. `what-if`: cards imagined, else those the preset is made for,
 * else this box.
 */
export type Purpose = 'run' | 'dry-run' | 'what-if';

export interface Gathered {
  input: PlanInput;
  /** What people should know about how it came about. */
  notes: string[];
}

/**
 * Gathers everything a plan is made from but the dataset's content, which takes Python to read.
 *
 * @throws UserError for any input that is wrong
 */
export async function gatherPlanInput(
  options: RecipeOptions & CardOptions & { runsDir?: string; python?: string },
  purpose: Purpose,
): Promise<Gathered> {
  const cwd = process.cwd();
  const { recipe, preset } = completeRecipe(options);
  const [{ cards, notes }, model, datasets, host, disk] = await Promise.all([
    chooseCards(options, preset?.cards, purpose),
    loadModelShape(recipe.model, { cwd, shapeOnly: recipe.weights === 'random' }),
    recipe.dataset === undefined ? [] : resolveDatasets(recipe.dataset, cwd),
    detectHost(),
    purpose === 'what-if'
      ? null
      : findDiskRoom(runsRoot(options.runsDir), recipe.output && resolveUserPath(recipe.output, cwd)),
  ]);
  const mapped = options.deviceMap === undefined ? null : readDeviceMap(options.deviceMap, model, cwd);
  const input: PlanInput = {
    recipe: { ...anchorRecipe(recipe, model, datasets, cwd), ...(mapped && { split: mapped.split }) },
    model,
    cards,
    host,
    data: null,
    datasets,
    device: options.device,
    disk,
    ownPython: options.python !== undefined,
    measuredMemory: [],
    measuredSpeeds: readSpeeds(),
    hostName: 'localhost',
  };
  return { input, notes: [...notes, ...(mapped ? mapped.moved.map(sayMoved) : [])] };
}

function readDeviceMap(file: string, { source, layers }: ModelShape, cwd: string): MappedSplit {
  const path = resolveUserPath(file, cwd);
  return splitFromDeviceMap(readMap(path), path, { source, layers: layers.length });
}

function readMap(path: string): unknown {
  try {
    return readJsonFile(path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new UserError('bad-device-map/unreadable', { where: path, reason });
  }
}

function sayMoved({ module, device, to }: MovedPart): string {
  return `The device_map has ${module} on device ${device}; here it goes to the ${to} stage, where it is computed.`;
}

/** @param presetCards spec the preset is made for; `none` asks for CPU ranks whatever cards there are */
async function chooseCards(
  { gpus, emulate, device }: CardOptions,
  presetCards: string | undefined,
  purpose: Purpose,
): Promise<{ cards: Card[]; notes: string[] }> {
  if (emulate !== undefined) return standOnCards(emulate, { gpus, device });
  if (gpus !== undefined && isCardSpec(gpus)) {
    if (purpose === 'run') throw specForRun(gpus);
    return { cards: parseCardSpec(gpus), notes: [] };
  }
  if (gpus === undefined && presetCards === 'none' && device !== 'cuda') return { cards: [], notes: [] };
  if (gpus === undefined && presetCards !== undefined && presetCards !== 'none' && purpose === 'what-if') {
    const note = `Planned for ${presetCards}, which the preset is made for; --gpus names others.`;
    return { cards: parseCardSpec(presetCards), notes: [note] };
  }
  const { cards, reason, notes } = await queryCards();
  if (gpus !== undefined) return { cards: selectCards(cards, gpus), notes };
  if (cards.length > 0) return { cards, notes };
  const why = reason ?? 'none-usable';
  if (device === 'cuda') throw new UserError('no-cards/found', { reason: why }, exitCodes.refused);
  return { cards, notes: [...notes, `${noCards(why)} Planned for the CPU.`] };
}

/** CPU ranks need no card to stand on. */
async function standOnCards(
  spec: string,
  { gpus, device }: { gpus: string | undefined; device: CardOptions['device'] },
): Promise<{ cards: Card[]; notes: string[] }> {
  const { cards, reason, notes } = await queryCards();
  const real = gpus === undefined ? cards : selectCards(cards, gpus);
  if (real.length === 0 && device !== 'cpu') {
    const about = { spec, reason: reason ?? 'none-usable' } as const;
    throw new UserError('no-cards/to-emulate', about, exitCodes.refused);
  }
  return { cards: emulateCards(spec, real), notes };
}

function specForRun(gpus: string): UserError {
  return new UserError('imagined-cards', { gpus });
}

/** The recipe with its paths made absolute: a run must mean the same when it is resumed from another folder. */
export function anchorRecipe(recipe: Recipe, model: ModelShape, datasets: string[], cwd: string): Recipe {
  const folder = resolveUserPath(recipe.model, cwd);
  const isFolder = model.path !== null && recipe.model !== 'demo' && existsSync(folder);
  return {
    ...recipe,
    model: isFolder ? folder : recipe.model,
    ...(recipe.dataset !== undefined && recipe.dataset !== 'demo' && { dataset: datasets }),
    ...(recipe.output !== undefined && { output: resolveUserPath(recipe.output, cwd) }),
  };
}
