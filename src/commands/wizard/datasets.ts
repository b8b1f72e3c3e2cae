import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { resolveDatasets } from '../../dataset/resolve.ts';
import type { DatasetGlance } from '../../ui/wizard/services.ts';
import { recentOf } from './find-models.ts';

const MiB = 2 ** 20;
/** Of a file's beginning, as much as a first row commonly takes. */
const headBytes = MiB / 4;
/** Rows are counted in files up to this size: it takes a tenth of a second. */
const countedBytes = 64 * MiB;
/** JSON has to be parsed to count its rows. */
const parsedBytes = 16 * MiB;

/** Datasets at hand: of earlier runs, and files near the current folder that look like one. */
export async function findDatasets(runsRoot: string, cwd: string): Promise<string[]> {
  const recent = recentOf(runsRoot, ({ dataset }) => [dataset ?? []].flat()).filter(
    (file) => file !== 'demo',
  );
  const [there, here, below] = await Promise.all([
    Promise.all(recent.slice(0, 5).map(async (file) => ((await exists(file)) ? [shorten(file, cwd)] : []))),
    datasetFiles(cwd, cwd),
    datasetFiles(join(cwd, 'data'), cwd),
  ]);
  return [...new Set([...there.flat(), ...here, ...below])];
}

const exists = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );

/** Relative where that is shorter to read. */
function shorten(file: string, cwd: string): string {
  const path = relative(cwd, file);
  return path.startsWith('..') ? file : path;
}

async function datasetFiles(folder: string, cwd: string): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /\.jsonl?$/i.test(name)).sort();
  const files = names.slice(0, 50).map((name) => join(folder, name));
  const fit = await Promise.all(files.map(looksLikeDataset));
  return files.filter((_, index) => fit[index]).map((file) => shorten(file, cwd));
}

/** Keys that rows of the formats have; whether each row is right is for Python to say. */
const knownKeys = ['instruction', 'messages', 'conversations'];

async function looksLikeDataset(file: string): Promise<boolean> {
  try {
    const row: unknown = JSON.parse(firstRow(await readHead(file)));
    return row !== null && typeof row === 'object' && knownKeys.some((key) => key in row);
  } catch {
    return false;
  }
}

/**
 * A glance into dataset files, without Python.
 *
 * @throws UserError `dataset-not-found`, `not-a-dataset`
 */
export async function glanceAt(dataset: string | string[], cwd: string): Promise<DatasetGlance> {
  const files = await resolveDatasets(dataset, cwd);
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const counts = await Promise.all(files.map((file, index) => countRows(file, sizes[index]!)));
  return {
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    rows: counts.reduce<number | null>((sum, rows) => (sum === null || rows === null ? null : sum + rows), 0),
    firstRow: firstRow(await readHead(files[0]!)),
  };
}

async function readHead(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/, '');
  } finally {
    await handle.close();
  }
}

/** The first object of a JSON list, else the first line. Cut where it is longer than what was read. */
export function firstRow(head: string): string {
  const text = head.trimStart();
  if (!text.startsWith('[')) return text.split('\n', 1)[0]!.trim();
  const start = text.indexOf('{');
  let depth = 0;
  let quoted = false;
  for (let at = start; at >= 0 && at < text.length; at += 1) {
    const character = text[at];
    if (quoted && character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === '{') depth += 1;
    else if (!quoted && character === '}') {
      depth -= 1;
      if (depth === 0) return text.slice(start, at + 1);
    }
  }
  return text.slice(Math.max(0, start));
}

async function countRows(file: string, bytes: number): Promise<number | null> {
  if (/\.json$/i.test(file)) {
    if (bytes > parsedBytes) return null;
    try {
      const rows: unknown = JSON.parse(await readFile(file, 'utf8'));
      return Array.isArray(rows) ? rows.length : null;
    } catch {
      return null; // Not JSON as a whole: it may still be lines, and Python says what is wrong.
    }
  }
  return bytes > countedBytes ? null : countLines(file);
}

async function countLines(file: string): Promise<number> {
  let lines = 0;
  let rest = false;
  for await (const chunk of createReadStream(file)) {
    const bytes = chunk as Buffer;
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines += 1;
    rest = bytes.at(-1) !== 10;
  }
  return lines + Number(rest);
}
