import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJsonFile } from '../json-file.ts';
import { identifySelf, isAlive, type ProcessIdentity } from '../process-identity.ts';

/**
 * Does `work` while no other process does work under the same lock file. The lock of a process that died is taken over.
 *
 * @param onWait called once when another process has to be waited for
 * @param signal ends the waiting
 * @throws an AbortError when the waiting was ended
 */
export async function withLock<T>(
  file: string,
  onWait: (holder: ProcessIdentity) => void,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  while (!tryLock(file)) {
    const holder = readHolder(file);
    if (holder && !isAlive(holder)) {
      rmSync(file, { force: true });
    } else {
      if (holder && !told) onWait(holder);
      told ||= holder !== null;
      await sleep(250, undefined, { ...(signal && { signal }) });
    }
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Linked into place, so that a lock is never seen without its holder's name in it. */
function tryLock(file: string): boolean {
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, JSON.stringify(identifySelf()));
  try {
    linkSync(aside, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Null when it has just been released. */
function readHolder(file: string): ProcessIdentity | null {
  try {
    return readJsonFile(file) as ProcessIdentity;
  } catch {
    return null;
  }
}
