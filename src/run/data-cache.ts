import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { readDataSummary } from '../dataset/read.ts';
import type { DataSummary } from '../dataset/schema.ts';
import { packageRoot } from '../package-root.ts';
import type { DataRequest } from './data-request.ts';
import type { RunDirectory } from './directory.ts';
import { runTrainer } from './trainer.ts';
import { cacheHome } from './xdg.ts';

/** Rows read, encoded and counted: `data.json` and `data/` in a folder of the cache. */
export interface InspectedData {
  folder: string;
  summary: DataSummary;
}

/**
 * Reads and encodes the dataset, or finds that this was done before.
 *
 * @param onProgress lines of the trainer, for people
 * @throws UserError of the trainer, e.g. `bad-dataset` with file:line
 */
export async function inspectData(
  python: string,
  request: DataRequest,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (line: string) => void } = {},
): Promise<InspectedData> {
  const root = join(cacheHome(), 'data');
  const folder = join(root, cacheKey(request));
  if (!existsSync(folder)) {
    prune(root);
    await encode(python, request, folder, {
      ...(signal && { signal }),
      ...(onProgress && { onLine: onProgress }),
    });
  }
  const now = new Date();
  utimesSync(folder, now, now); // the age that `prune` goes by
  return { folder, summary: await readDataSummary(join(folder, 'data.json')) };
}

/** Complete or absent: two at once do the work twice, and the first to finish is kept. */
async function encode(
  python: string,
  request: DataRequest,
  folder: string,
  options: Parameters<typeof runTrainer>[2],
): Promise<void> {
  const aside = `${folder}.${process.pid}.partial`;
  mkdirSync(aside, { recursive: true });
  try {
    await runTrainer(python, [...subcommand(request), '--out', aside], options);
    if (!existsSync(folder)) renameSync(aside, folder);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function subcommand(request: DataRequest): string[] {
  const cutoff = ['--cutoff', String(request.cutoffLength)];
  if ('vocabulary' in request) {
    const { vocabulary, lengths, seed } = request;
    const rows = typeof lengths === 'number' ? ['--rows', String(lengths)] : ['--lengths', lengths];
    return ['synthesize', '--vocabulary', String(vocabulary), '--seed', String(seed), ...rows, ...cutoff];
  }
  const files = request.datasets.flatMap((dataset) => ['--dataset', dataset]);
  return ['inspect', '--model', request.model, ...files, '--template', request.template, ...cutoff];
}

/** Puts `data.json` and `data/` into a run directory: as hard links, or as copies where the cache is on another disk. */
export function linkData({ folder }: InspectedData, run: RunDirectory): void {
  mkdirSync(run.dataFolder, { recursive: true });
  linkOrCopy(join(folder, 'data.json'), run.dataFile);
  for (const name of readdirSync(join(folder, 'data'))) {
    linkOrCopy(join(folder, 'data', name), join(run.dataFolder, name));
  }
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    copyFileSync(from, to);
  }
}

/** Files of a model folder that change how text becomes tokens. */
const tokenizerFile = /^(tokenizer|vocab|merges|special_tokens|added_tokens|chat_template|config)/;

/** Changes whenever the result could: by size and time of the files, and by the code that reads them. */
function cacheKey(request: DataRequest): string {
  const files = filesBehind(request).map((file) => {
    const { size, mtimeMs } = statSync(file);
    return [file, size, mtimeMs];
  });
  const parts = { ...request, files, trainer: trainerHash() };
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

function filesBehind(request: DataRequest): string[] {
  if ('vocabulary' in request) return typeof request.lengths === 'string' ? [request.lengths] : [];
  const { model, datasets } = request;
  const local = existsSync(model) ? readdirSync(model).filter((name) => tokenizerFile.test(name)) : [];
  return [...datasets, ...local.sort().map((name) => join(model, name))];
}

/** Hash of the trainer's sources: unlike a version number it also changes while the trainer is being worked on. */
function trainerHash(): string {
  const folder = join(packageRoot(), 'python/ft_trainer');
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) {
    if (name.endsWith('.py')) hash.update(name).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex');
}

const keptMs = 30 * 24 * 3600 * 1000;

/** Runs hold their own links, so what has not been asked for in a month can go. */
function prune(root: string): void {
  if (!existsSync(root)) return;
  for (const name of readdirSync(root)) {
    const entry = join(root, name);
    const age = Date.now() - (statSync(entry, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > keptMs) rmSync(entry, { recursive: true, force: true });
  }
}
