import { readFile } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import type { Difference, Reason } from './differences.ts';

/** LLaMA-Factory's list of datasets, in the folder that `dataset_dir` names. */
const listName = 'dataset_info.json';

/** What such a list says of a dataset, as far as it matters here. */
interface Entry {
  file_name?: string;
  formatting?: string;
  ranking?: boolean;
  num_samples?: number;
  columns?: Record<string, string>;
  tags?: Record<string, string>;
}

/** Names that the trainer reads (python/ft_trainer/rows.py), by what LLaMA-Factory calls them. */
const readColumns: Record<string, readonly string[]> = {
  prompt: ['instruction'],
  query: ['input'],
  response: ['output'],
  history: ['history'],
  system: ['system'],
  messages: ['conversations', 'messages'],
};
const readTags: Record<string, readonly string[]> = {
  role_tag: ['from', 'role'],
  content_tag: ['value', 'content'],
  user_tag: ['human', 'user'],
  assistant_tag: ['gpt', 'assistant'],
  system_tag: ['system'],
};

export interface FoundDatasets {
  /** Absolute paths, in the order of the names. */
  files: string[];
  differences: Difference[];
}

/**
 * The files behind the names of datasets.
 *
 * @param folder `dataset_dir` as written
 * @param file the LLaMA-Factory file: where the folder is not below `cwd`, it is looked for beside the file and above
 */
export async function findDatasets(
  names: readonly string[],
  folder: string,
  file: string,
  cwd: string,
): Promise<FoundDatasets> {
  const found: FoundDatasets = { files: [], differences: [] };
  if (names.length === 0) return found;
  const list = await readList(folder, file, cwd);
  for (const name of names) {
    const entry = list?.entries[name];
    const reason = list === null ? 'no-dataset-list' : whyNot(entry);
    if (reason) found.differences.push({ argument: 'dataset', value: name, reason });
    else found.files.push(resolve(list!.folder, entry!.file_name!));
    if (!reason && entry?.num_samples !== undefined) {
      found.differences.push({
        argument: 'num_samples',
        value: `${entry.num_samples} of ${name}`,
        reason: 'all-rows',
      });
    }
  }
  return found;
}

async function readList(
  folder: string,
  file: string,
  cwd: string,
): Promise<{ folder: string; entries: Record<string, Entry | undefined> } | null> {
  for (const start of [cwd, ...foldersAbove(resolve(cwd, file))]) {
    const place = resolve(start, folder);
    const text = await readFile(join(place, listName), 'utf8').catch(() => null);
    const entries = text === null ? null : parse(text);
    if (entries) return { folder: place, entries };
  }
  return null;
}

function parse(text: string): Record<string, Entry> | null {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? (value as Record<string, Entry>) : null;
  } catch {
    return null;
  }
}

function foldersAbove(file: string): string[] {
  const folder = dirname(file);
  return folder === file ? [] : [folder, ...foldersAbove(folder)];
}

/** Why a dataset cannot be taken; null where it can. */
function whyNot(entry: Entry | undefined): Reason | null {
  if (!entry) return 'unknown-dataset';
  if (entry.file_name === undefined) return 'dataset-of-a-hub';
  if (!['.json', '.jsonl'].includes(extname(entry.file_name))) return 'dataset-no-json';
  if (entry.ranking) return 'dataset-of-preferences';
  if (!['alpaca', 'sharegpt', 'openai'].includes(entry.formatting ?? 'alpaca')) return 'dataset-format';
  const isRead = (names: Record<string, string> | undefined, known: Record<string, readonly string[]>) =>
    Object.entries(names ?? {}).every(([role, name]) => known[role]?.includes(name));
  return isRead(entry.columns, readColumns) && isRead(entry.tags, readTags) ? null : 'dataset-columns';
}
