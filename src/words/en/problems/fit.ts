import { formatBytes, formatShare } from '../../../units.ts';
import type { Said } from '../../said.ts';
import { cardLabel, listed } from '../phrases.ts';
import type { CardName } from './hardware.ts';

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

/** Whether there is room for the model, and work for the cards. */
export const fit = {
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
        : `${offers.length === 1 ? 'This fits' : 'Any one of these fits'}: ${alternatives(offers.map(offer))}.`;
    return { message: `It does not fit: ${stages.join('; ')}.`, fix };
  },
  'tight-fit': ({ on, holds, of }: { on: Place; holds: number; of: number }): Said => ({
    message: `It fits, but barely: ${place(on)} is to hold ${formatBytes(holds)} of ${formatBytes(of)}, and part of that is an estimate.`,
    fix: 'The rehearsal before the first step will tell. If it does not fit, the nearest plan that does is offered.',
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

function place({ cards, rank }: Place): string {
  return cards.length > 0 ? listed(cards.map(cardLabel)) : `CPU rank ${rank}`;
}

/** Each may hold an "and" of its own. */
const alternatives = (ways: string[]) =>
  ways.length < 2 ? ways.join() : `${ways.slice(0, -1).join('; ')}; or ${ways.at(-1)}`;

function offer({ settings, cards }: Offer): string {
  const set = settings.length > 0 ? `set ${listed(settings)}` : null;
  const use = cards && `use ${cards.count} ${cards.name} instead of ${cards.insteadOf}`;
  return [use, set].filter((part) => part !== null).join(' and ');
}
