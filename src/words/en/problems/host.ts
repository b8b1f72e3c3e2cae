import { formatBytes } from '../../../units.ts';
import type { Said } from '../../said.ts';
import { listed } from '../phrases.ts';

/** Folders that share their room, which is too small for what is to lie there, bytes. */
export interface ShortDisk {
  folders: string[];
  uses: { use: keyof typeof diskUses; bytes: number }[];
  needed: number;
  free: number;
}

const diskUses = {
  runs: { what: 'checkpoints', elsewhere: 'runs elsewhere with --runs-dir' },
  output: { what: 'result', elsewhere: 'the result elsewhere with --set output=FOLDER' },
  download: { what: 'download', elsewhere: 'downloads elsewhere with HF_HOME' },
};

/** What the machine around the cards may lack. */
export const host = {
  'host-ram': (ram: {
    needed: number;
    available: number;
    total: number;
    swap: number;
    /** Where what is missing can come from: swap space, the memory that other programs hold, or nowhere. */
    rest: 'swap' | 'others' | 'nowhere';
  }): Said => {
    const message = `The ranks need about ${formatBytes(ram.needed)} of host memory, and ${formatBytes(ram.available)} of ${formatBytes(ram.total)} are available, with ${formatBytes(ram.swap)} of swap.`;
    if (ram.rest === 'swap') {
      return { message: `${message} Loading will swap.`, fix: 'Close other programs, or use fewer cards.' };
    }
    return ram.rest === 'others'
      ? {
          message: `${message} Other programs hold what is missing.`,
          fix: 'Close them, use fewer cards, or add swap: otherwise the system may end the ranks.',
        }
      : { message, fix: 'Use fewer cards, or a host with more memory or swap.' };
  },
  'disk-space': ({ short }: { short: ShortDisk[] }): Said => {
    const each = short.map(({ uses, needed, free, folders }) => {
      const what = uses.map(({ use, bytes }) => `${diskUses[use].what} ${formatBytes(bytes)}`);
      return `${listed(folders)} must hold about ${formatBytes(needed)} (${what.join(', ')}), and ${formatBytes(free)} are free there`;
    });
    const elsewhere = short.flatMap(({ uses }) => uses.map(({ use }) => diskUses[use].elsewhere));
    return {
      message: `The disk is too small: ${each.join('; ')}.`,
      fix: `Free some space, or put ${listed([...new Set(elsewhere)], 'or')}.`,
    };
  },
};
