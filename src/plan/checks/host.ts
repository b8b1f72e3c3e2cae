import type { Card, Host } from '../../hardware/card.ts';
import type { DiskRoom } from '../input.ts';
import { type Check, check } from './check.ts';

/** What ranks on these cards ask of their host. */
export interface CheckedHost {
  cards: readonly Card[];
  host: Host;
  /** Bytes. */
  hostRamBytes: number;
}

export const hostRam: Check<CheckedHost> = check(
  'host-ram',
  (_, { rest }) => (rest === 'nowhere' ? 'error' : 'warning'),
  ({ cards, host, hostRamBytes: needed }) => {
    const { ramAvailableBytes: available, ramTotalBytes: total, swapTotalBytes: swap } = host;
    // Imagined cards stand in an imagined host.
    if (cards.some((card) => card.imagined) || needed <= available) return null;
    const rest = needed <= available + swap ? 'swap' : needed <= total + swap ? 'others' : 'nowhere';
    return { needed, available, total, swap, rest };
  },
);

export const hostChecks: readonly Check[] = [
  ({ input, hostRamBytes }) => hostRam({ ...input, hostRamBytes }),
  check('disk-space', 'error', ({ input, disk }) => {
    if (input.disk === null) return null;
    const uses = (Object.keys(disk) as (keyof DiskRoom)[])
      .filter((use) => disk[use] > 0)
      .map((use) => ({ use, bytes: disk[use], ...input.disk![use] }));
    const short = [...Map.groupBy(uses, ({ device }) => device).values()]
      .map((sharing) => ({
        folders: [...new Set(sharing.map(({ folder }) => folder))],
        uses: sharing.map(({ use, bytes }) => ({ use, bytes })),
        needed: sharing.reduce((sum, { bytes }) => sum + bytes, 0),
        free: Math.min(...sharing.map(({ freeBytes }) => freeBytes)),
      }))
      .filter(({ needed, free }) => needed > free);
    return short.length === 0 ? null : { short };
  }),
];
