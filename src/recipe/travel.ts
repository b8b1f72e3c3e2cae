import { open } from 'node:fs/promises';
import { UserError } from '../errors.ts';
import { formatPath, quote } from './fields.ts';
import { type Preset, readPreset } from './preset.ts';

/**
 * What a preset may carry from one machine to another.
 *
 * The schema already keeps commands and code out. What remains are the fields that make the program read or write somewhere, and
 * text that ends up on a terminal. So a preset of someone else's may hold:
 *
 * - `model`: `demo`, a catalogue name or a hub id. A hub id fetches weights and tokenizer, never code: only safetensors are read and remote
 *   code is off everywhere. Anything that could be a folder outside the working directory is refused.
 * - `dataset`: `demo`, or files below the folder in which the user runs it, none of them hidden; so it cannot have a private file read into
 *   a model that is then given away.
 * - `output`: never; where results go is the affair of the machine they are on, and the run directory is the default.
 * - text without control or direction-changing characters, which could rewrite what the terminal shows.
 */
interface Grievance {
  path: string;
  value: unknown;
  why: 'foreign-path' | 'strayed-file' | 'says-where' | 'control-characters';
}

const hubId = /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)?$/;
/** Relative, forward slashes, no segment that is hidden or climbs. */
const fileBelow = /^[^\s./~\\:][^/\\:]*(\/[^\s./\\:][^/\\:]*)*$/;
const unprintable = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

function grievances(preset: Preset): Grievance[] {
  const { model, dataset, output } = preset.recipe;
  const found: Grievance[] = unprintableTexts(preset, []);
  if (model !== undefined && !hubId.test(model)) {
    found.push({ path: 'recipe.model', value: model, why: 'foreign-path' });
  }
  const datasets = dataset === undefined ? [] : [dataset].flat();
  const strayed = datasets.find((file) => !fileBelow.test(file));
  if (strayed !== undefined) {
    found.push({ path: 'recipe.dataset', value: strayed, why: 'strayed-file' });
  }
  if (output !== undefined) {
    found.push({ path: 'recipe.output', value: output, why: 'says-where' });
  }
  return found;
}

function unprintableTexts(value: unknown, path: PropertyKey[]): Grievance[] {
  if (typeof value === 'string') {
    const found: Grievance = { path: formatPath(path), value, why: 'control-characters' };
    return unprintable.test(value) ? [found] : [];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => unprintableTexts(item, [...path, index]));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => unprintableTexts(item, [...path, key]));
}

/** Bytes. The largest preset that says anything is a tenth of this. */
const sizeLimit = 64 * 1024;

/**
 * A preset that comes from elsewhere.
 *
 * @param text content of the file
 * @throws UserError `preset-invalid`, `preset-unsafe`
 */
export function readForeignPreset(text: string, file: string): Preset {
  const preset = readPreset(text, file);
  refuse(file, grievances(preset));
  return preset;
}

/**
 * That all texts of a preset can be shown; the user's own may name any path.
 *
 * @throws UserError `preset-unsafe`
 */
export function checkPrintable(preset: Preset, file: string): void {
  refuse(file, unprintableTexts(preset, []));
}

/** @throws UserError `preset-unreadable` where it is no file, or larger than any preset */
export async function readSmallFile(file: string): Promise<string> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw new UserError('preset-unreadable', {
      file,
      reason: error.code === 'ENOENT' ? null : String(error.code),
    });
  });
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) {
      throw new UserError('preset-unreadable/no-file', { file });
    }
    if (stats.size > sizeLimit) {
      throw new UserError('preset-unreadable/too-large', { file, kibibytes: sizeLimit / 1024 });
    }
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/** @throws UserError `preset-unsafe` naming the first field that a stranger's preset must not hold */
function refuse(where: string, [first]: Grievance[]): void {
  if (!first) return;
  throw new UserError('preset-unsafe', {
    where,
    field: first.path,
    value: quote(first.value),
    why: first.why,
  });
}

/** The preset as it may leave this machine, and the fields left behind because of what they hold, e.g. `recipe.output`. */
export function forExport(preset: Preset): { preset: Preset; leftOut: string[] } {
  const travelling = structuredClone(preset);
  const leftOut = ['model', 'dataset', 'output'] as const;
  const bound = leftOut.filter((field) => grievances(preset).some(({ path }) => path === `recipe.${field}`));
  for (const field of bound) delete travelling.recipe[field];
  return { preset: travelling, leftOut: bound.map((field) => `recipe.${field}`) };
}
