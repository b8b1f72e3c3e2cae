import { open, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import type { ModelFiles, OpenFile } from './files.ts';

/**
 * The files of a folder on this machine.
 *
 * @param folder absolute, and there
 * @throws UserError when it is a file
 */
export async function folderFiles(folder: string): Promise<ModelFiles> {
  if (!(await readable(folder, stat(folder))).isDirectory()) {
    throw new UserError('not-a-model/file', { file: folder, folder: dirname(folder) });
  }
  return {
    where: folder,
    names: await readable(folder, readdir(folder)),
    readText: (name) => readable(join(folder, name), readFile(join(folder, name), 'utf8')),
    open: (name) => openFile(join(folder, name)),
  };
}

async function openFile(name: string): Promise<OpenFile> {
  const handle = await readable(name, open(name));
  return {
    name,
    size: (await handle.stat()).size,
    async read(start, length) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, start);
      return buffer.subarray(0, bytesRead);
    },
    close: () => handle.close(),
  };
}

/** A link into a cache that was cleared, or somebody else's file, is for the user to mend. */
async function readable<T>(path: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError('model-unreadable', { path, reason: code ?? message });
  }
}
