import { diskAt } from '../hardware/host.ts';
import type { DiskRoom } from '../plan/input.ts';

/**
 * What is free where a run's files will lie.
 *
 * @param runs folder of runs
 * @param output absolute folder of the result; undefined where it stays with the run
 */
export async function findDiskRoom(runs: string, output: string | undefined): Promise<DiskRoom> {
  // Brings the hub's client along, which not every command needs.
  const { hubCacheFolder } = await import('../model/hub-cache.ts');
  const [runsDisk, outputDisk, download] = await Promise.all(
    [runs, output ?? runs, hubCacheFolder()].map(diskAt),
  );
  return { runs: runsDisk!, output: outputDisk!, download: download! };
}
