import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Replaces `file` by `value` as JSON so that a reader, or a power cut, finds the old content or the new, never a part:
 * written aside, synced, renamed, and the folder synced so that the rename itself lasts.
 */
export function writeJsonFile(file: string, value: unknown): void {
  const aside = `${file}.${process.pid}.tmp`;
  try {
    const descriptor = openSync(aside, 'w');
    try {
      writeSync(descriptor, `${JSON.stringify(value, null, 2)}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(aside, file);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
  syncFolder(dirname(file));
}

/** The parsed content. @throws what `readFileSync` and `JSON.parse` throw */
export function readJsonFile(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } catch {
    // Some network file systems refuse to sync a folder; the content itself is safe by then.
  } finally {
    closeSync(descriptor);
  }
}
