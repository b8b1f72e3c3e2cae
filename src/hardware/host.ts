import { stat, statfs } from 'node:fs/promises';
import os from 'node:os';
import { dirname, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { Disk, Host } from './card.ts';

/**
 * The machine around the cards, within the limits of the container we may run in. Takes 50 to 80 ms, half of it
 * loading systeminformation, which is asked only for what `os` does not know: physical cores and swap.
 */
export async function detectHost(): Promise<Host> {
  const { default: systeminformation } = await import('systeminformation');
  const [cpu, memory] = await Promise.all([systeminformation.cpu(), systeminformation.mem()]);
  const threads = os.availableParallelism();
  return {
    platform: os.platform(),
    cpu: os.cpus()[0]?.model.trim() || cpu.brand || 'unknown CPU',
    cores: Math.min(cpu.physicalCores || threads, threads),
    ramTotalBytes: Math.min(os.totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
    ramAvailableBytes: process.availableMemory(),
    swapTotalBytes: memory.swaptotal,
  };
}

/** As `diskAt`, bytes alone. */
export async function freeDiskBytes(path: string): Promise<number> {
  return (await diskAt(path)).freeBytes;
}

/**
 * The room where `path` is, or will be: asked of its nearest parent that exists.
 *
 * @throws UserError `path-unreadable` (exit 2) where a folder on the way is closed to this user
 */
export async function diskAt(path: string): Promise<Disk> {
  let folder = resolve(path);
  for (;;) {
    try {
      const [{ bavail, bsize }, { dev }] = await Promise.all([statfs(folder), stat(folder)]);
      return { folder: path, device: dev, freeBytes: bavail * bsize };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const parent = dirname(folder);
      if ((code !== 'ENOENT' && code !== 'ENOTDIR') || parent === folder) {
        throw new UserError('path-unreadable', { path, reason: (error as Error).message });
      }
      folder = parent;
    }
  }
}
