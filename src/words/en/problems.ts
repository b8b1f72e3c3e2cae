import { formatBytes, formatShare } from '../../units.ts';
import type { Said } from '../said.ts';
import { cardLabel, listed } from './phrases.ts';

/** A card, and what there is to say of it. */
export interface CardName {
  index: number;
  name: string;
}

/** A stage, by what it is on: a card of each replica, or a CPU rank. */
export interface Place {
  cards: CardName[];
  rank: number;
}

/** A stage that does not fit. */
export interface Shortage extends Place {
  /** Layers, both ends included. */
  first: number;
  last: number;
  /** Bytes. */
  needs: number;
  has: number;
  missing: number;
}

/** A change after which it fits: `settings` as `--set` takes them, or more cards of a kind, or both. */
export interface Offer {
  settings: string[];
  cards: { name: string; count: number; insteadOf: number } | null;
}

/** What can be wrong with a plan. */
export const problems = {
  'bf16-unsupported': ({ unable }: { unable: (CardName & { capability: string })[] }): Said => ({
    message: `bf16 needs compute capability 8.0 or higher on every card, but ${incapable(unable)}.`,
    fix: 'Set precision=fp16 (or auto), or choose cards of the Ampere generation or newer with --gpus.',
  }),
  'mig-enabled': ({ cards }: { cards: CardName[] }): Said => ({
    message: `MIG is enabled on ${listed(cards.map(cardLabel))}: its instances cannot talk to each other, so a model cannot be sharded over them.`,
    fix: 'Disable it with `sudo nvidia-smi -i INDEX -mig 0`, or choose other cards with --gpus.',
  }),
  'nccl-without-cards': (_: null): Said => ({
    message: 'transport=nccl needs ranks on GPUs, but these run on the CPU.',
    fix: 'Set transport=auto.',
  }),
  'nccl-on-shared-card': ({ on }: { on: CardName }): Said => ({
    message: `transport=nccl needs a card for every rank, but emulated ones share ${cardLabel(on)}.`,
    fix: 'Set transport=auto or host.',
  }),
  'batch-size': (batch: {
    batchSize: number;
    microBatchSize: number;
    dataParallel: number;
    /** The product of the last two. */
    unit: number;
    /** The nearest that would do. */
    choices: number[];
  }): Said => ({
    message: `batchSize ${batch.batchSize} is not a multiple of microBatchSize ${batch.microBatchSize} x dataParallel ${batch.dataParallel} = ${batch.unit}.`,
    fix: `Set batchSize=${listed(batch.choices.map(String), 'or')}.`,
  }),
  'wont-fit': ({
    short,
    offers,
    mostCards,
  }: {
    short: Shortage[];
    offers: Offer[];
    /** As many were tried. */
    mostCards: number;
  }): Said => {
    const stages = short.map((stage) => {
      const needs = `${formatBytes(stage.needs)} for layers ${stage.first} to ${stage.last}`;
      return `${place(stage)} needs ${needs} and has ${formatBytes(stage.has)} free, ${formatBytes(stage.missing)} too little`;
    });
    const fix =
      offers.length === 0
        ? `Choose a smaller model or larger cards: no setting is enough, nor are ${mostCards} cards.`
        : `${offers.length === 1 ? 'This fits' : 'Any one of these fits'}: ${listed(offers.map(offer), 'or')}.`;
    return { message: `It does not fit: ${stages.join('; ')}.`, fix };
  },
  'tight-fit': ({ on, holds, of }: { on: Place; holds: number; of: number }): Said => ({
    message: `It fits, but barely: ${place(on)} is to hold ${formatBytes(holds)} of ${formatBytes(of)}, and part of that is an estimate.`,
    fix: 'If it runs out of memory, shorten cutoffLength, lower microBatchSize or add a card.',
  }),
  'memory-held': ({
    held,
  }: {
    held: (CardName & { bytes: number; by: { name: string; pid: number }[] })[];
  }): Said => {
    const each = held.map(({ bytes, by, ...card }) => {
      const holders = listed(by.map(({ name, pid }) => `${name} (pid ${pid})`));
      return `${formatBytes(bytes)} of ${cardLabel(card)}${holders === '' ? '' : ` by ${holders}`}`;
    });
    return {
      message: `Memory is in use: ${each.join('; ')}. The plan makes do with what is free.`,
      fix: 'End those processes if they are yours, or choose other cards with --gpus.',
    };
  },
  'emulation-overcommitted': (shared: {
    on: CardName;
    ranks: number;
    needed: number;
    free: number;
  }): Said => ({
    message: `The ${shared.ranks} ranks on ${cardLabel(shared.on)} need about ${formatBytes(shared.needed)} together, and ${formatBytes(shared.free)} are free.`,
    fix: 'It may still work, as part of that is an estimate; if it runs out of memory, emulate fewer or smaller cards.',
  }),
  'host-ram': (ram: { needed: number; available: number; total: number; swaps: boolean }): Said => {
    const message = `The ranks need about ${formatBytes(ram.needed)} of host memory, and ${formatBytes(ram.available)} of ${formatBytes(ram.total)} are available.`;
    return ram.swaps
      ? { message: `${message} Loading will swap.`, fix: 'Close other programs, or use fewer cards.' }
      : { message, fix: 'Use fewer cards, or a host with more memory or swap.' };
  },
  'disk-space': ({ needed, free }: { needed: number; free: number }): Said => ({
    message: `Checkpoints, result and download need about ${formatBytes(needed)} of disk, and ${formatBytes(free)} are free.`,
    fix: 'Free some space, or put runs elsewhere with --runs-dir.',
  }),
  'batch-exceeds-dataset': ({ batchSize, rows }: { batchSize: number; rows: number }): Said => ({
    message: `batchSize ${batchSize} is more than the ${rows} rows to train on: every step takes the whole dataset.`,
    fix: `Set batchSize to ${rows} or less.`,
  }),
  'rows-truncated': (cut: {
    rows: number;
    of: number;
    cutoff: number;
    /** Tokens. */
    longest: number;
    /** A cut-off that would cut none of what the model can read; null where it is no longer than the present one. */
    better: number | null;
  }): Said => ({
    message: `${cut.rows} of ${cut.of} rows (${formatShare(cut.rows / cut.of)}) are longer than cutoffLength ${cut.cutoff} and lose their end; the longest has ${cut.longest} tokens.`,
    fix:
      cut.better === null
        ? 'Shorten those rows.'
        : `Set cutoffLength=${cut.better} if it fits, or shorten those rows.`,
  }),
  'cutoff-beyond-positions': ({ tokens, positions }: { tokens: number; positions: number }): Said => ({
    message: `Samples of up to ${tokens} tokens are longer than the ${positions} positions the model was made for.`,
    fix: `Set cutoffLength=${positions} or less.`,
  }),
  'pipeline-bubble': (bubble: {
    microBatches: number;
    stages: number;
    /** 0 to 1. */
    efficiency: number;
    batchSize: number;
    canShrinkMicroBatch: boolean;
  }): Said => ({
    message: `With ${bubble.microBatches} micro-batches over ${bubble.stages} stages the cards compute at most ${formatShare(bubble.efficiency)} of the time.`,
    fix: `Set batchSize=${bubble.batchSize} or so${bubble.canShrinkMicroBatch ? ', or lower microBatchSize' : ''}.`,
  }),
};

/** Cards that cannot do bf16, each with what it has. */
export function incapable(cards: readonly (CardName & { capability: string })[]): string {
  return listed(cards.map((card) => `${cardLabel(card)} has ${card.capability}`));
}

function place({ cards, rank }: Place): string {
  return cards.length > 0 ? listed(cards.map(cardLabel)) : `CPU rank ${rank}`;
}

function offer({ settings, cards }: Offer): string {
  const set = settings.length > 0 ? `set ${listed(settings)}` : null;
  const use = cards && `use ${cards.count} ${cards.name} instead of ${cards.insteadOf}`;
  return [use, set].filter((part) => part !== null).join(' and ');
}
