import { formatBytes, formatNumber } from '../../units.ts';
import { cardLabel, listed } from './phrases.ts';
import type { CardName } from './problems/hardware.ts';

/** What it is in the new plan, and what it was. */
export interface Turned<Value> {
  now: Value;
  before: Value;
}

/** How a plan differs from the one before it: each is a part of a sentence. */
export const changes = {
  cards: ({ added, dropped }: { added: CardName[]; dropped: CardName[] }) =>
    [
      ...(added.length > 0 ? [`with ${listed(added.map(cardLabel))}`] : []),
      ...(dropped.length > 0 ? [`without ${listed(dropped.map(cardLabel))}`] : []),
    ].join(' and '),
  split: ({ now, before }: Turned<string>) => `layers split ${now} instead of ${before}`,
  checkpointing: ({ now }: Turned<'none' | 'full'>): string =>
    now === 'full' ? 'activations recomputed instead of kept' : 'activations kept instead of recomputed',
  microBatchSize: ({ now, before }: Turned<number>) => `micro-batches of ${now} instead of ${before}`,
  packedLength: ({ now, before }: Turned<number>) => `packed rows of ${now} tokens instead of ${before}`,
  replicas: ({ now, before }: Turned<number>) =>
    `${now === 1 ? '1 replica' : `${now} replicas`} instead of ${before}`,
  schedule: ({ now, before }: Turned<string>) => `schedule ${now} instead of ${before}`,
  transport: ({ now }: Turned<'nccl' | 'host'>): string =>
    now === 'host' ? 'stages exchange tensors through the host' : 'stages exchange tensors through NCCL',
  graphs: ({ now }: Turned<boolean>): string => (now ? 'passes as CUDA graphs' : 'no CUDA graphs'),
  precision: ({ now, before }: Turned<string>) => `${now} instead of ${before}`,
};

/** What is proposed where an attempt did not fit. */
export const proposals = {
  /** @param parts what changes, in words */
  found: (parts: readonly string[]): string =>
    parts.length > 0 ? `The nearest plan that fits: ${listed(parts)}.` : 'It is tried again as it was.',
  /** @param most on the fullest card, by what was measured, bytes @param speed tokens/s */
  comesTo: ({ most, of, speed }: { most: number; of: number; speed: Turned<number> }) =>
    `The fullest card then holds ${formatBytes(most)} of ${formatBytes(of)}, ` +
    `at about ${formatNumber(speed.now)} tokens/s instead of ${formatNumber(speed.before)}.`,
  none: 'No plan that trains the same fits these cards.',
};
