import { formatBytes } from '../../units.ts';
import { explain } from '../said.ts';
import { cardLabel } from './phrases.ts';
import type { CardName } from './problems/hardware.ts';
import { type Report, trainer } from './trainer.ts';

/** A rank that ran out of memory before the first step. */
export interface Overflow {
  /** Null of a CPU rank. */
  card: CardName | null;
  rank: number;
  /** At least, bytes. */
  needs: number;
  /** When it was planned, bytes. */
  has: number;
}

/** Why a run ended that did not end as it should. */
export const causes = {
  reported: (report: Report) => explain(trainer.reported(report)),
  'did-not-fit': ({ short }: { short: Overflow[] }) =>
    `The rehearsal before the first step did not fit: ${short.map(overflow).join('; ')}.`,
  /** @property line last of a traceback, or of the log */
  'last-words': ({ line }: { line: string }) => `${line} (see trainer.log)`,
  'killed-by-system': (_: null) =>
    'The system killed the trainer (SIGKILL): most likely the machine ran out of memory. `dmesg` tells.',
  signal: ({ signal }: { signal: string }) => `The trainer was ended by ${signal}.`,
  'ended-silently': (_: null) => 'The trainer ended without saying that it was done.',
  'exit-code': ({ code }: { code: number | null }) =>
    `The trainer ended with exit code ${code} and no message.`,
  'questions-unanswered': (_: null) =>
    'The result is saved, but the prompts could not be answered (see trainer.log).',
  'questions-skipped': (_: null) => 'The result is saved; the prompts were skipped on request.',
  'no-sign-of-life': ({ host }: { host: string }) => `Nothing has been heard from ${host}.`,
  'without-a-word': (_: null) =>
    'It ended without a word: the machine was restarted, or its processes were killed.',
};

/** Where a rank ran out of memory, as a part of a sentence. */
export function overflow({ card, rank, needs, has }: Overflow): string {
  const place = card ? cardLabel(card) : `CPU rank ${rank}`;
  return needs > has
    ? `${place} needs ${formatBytes(needs)} or more and has ${formatBytes(has)}`
    : `${place} ran out at ${formatBytes(needs)}, where ${formatBytes(has)} were free: something else holds the rest`;
}
