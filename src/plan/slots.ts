import type { Card, Host } from '../hardware/card.ts';
import type { Correction } from './measured.ts';
import { rates } from './rates.ts';
import type { Precision } from './schema.ts';

/** A place for one stage: a card for each replica, or a share of the host. Rates are those of its slowest member. */
export interface Slot {
  /** By replica; empty for a CPU rank. */
  cards: Card[];
  /** The least that is free on any of its cards. */
  capacityBytes: number;
  /** What was found to be needed here beside what is predicted of any card, bytes. */
  besideBytes: number;
  /** GEMM rate in the plan's precision, FLOP/s. */
  flops: number;
  /** bytes/s */
  memoryBandwidth: number;
  /** One way, bytes/s. */
  linkBandwidth: number;
}

/** Memory bandwidth of a desktop, shared by all ranks; also what gloo moves over loopback. Estimates. */
const HOST_BANDWIDTH = 30e9;
const LOOPBACK_BANDWIDTH = 2e9;

/**
 * Slots for stages from the selected cards. With several replicas a stage has the same layers on a card of each, so
 * the most alike cards share a slot: sorted by speed and free memory, `dataParallel` at a time; the slowest that do
 * not fill a slot stay unused.
 *
 * @param correction what is known of these cards
 * @returns slots in the order of their first card in the box
 */
export function cardSlots(
  cards: readonly Card[],
  precision: Precision,
  dataParallel: number,
  correction: Correction,
): Slot[] {
  const rate = (card: Card) => (card.kind.gemm[precision] ?? card.kind.gemm.fp32) * 1e12;
  const alike = cards.toSorted((a, b) => rate(b) - rate(a) || b.freeBytes - a.freeBytes || a.index - b.index);
  const slots: Slot[] = [];
  for (let start = 0; start + dataParallel <= alike.length; start += dataParallel) {
    const members = alike.slice(start, start + dataParallel).toSorted((a, b) => a.index - b.index);
    slots.push({
      cards: members,
      capacityBytes: Math.min(...members.map((card) => Math.min(card.freeBytes, correction.of(card).limit))),
      besideBytes: Math.max(...members.map((card) => correction.of(card).beside)),
      flops: Math.min(...members.map(rate)),
      memoryBandwidth: Math.min(...members.map((card) => card.kind.memoryBandwidth)),
      linkBandwidth: Math.min(...members.map((card) => card.kind.linkBandwidth)),
    });
  }
  return slots.toSorted((a, b) => a.cards[0]!.index - b.cards[0]!.index);
}

/** Slots for CPU ranks: equal shares of the host's cores and available memory. */
export function hostSlots(host: Host, stages: number, dataParallel: number, correction: Correction): Slot[] {
  const ranks = stages * dataParallel;
  const { beside, limit } = correction.of(null);
  return Array.from({ length: stages }, () => ({
    cards: [],
    capacityBytes: Math.min(Math.floor(host.ramAvailableBytes / ranks), limit),
    besideBytes: beside,
    flops: (rates.core * host.cores) / ranks,
    memoryBandwidth: HOST_BANDWIDTH / ranks,
    linkBandwidth: LOOPBACK_BANDWIDTH,
  }));
}

/** Slots that are interchangeable, so that a search need not try them one by one. */
export function groupSlots(slots: readonly Slot[]): Slot[][] {
  const groups = Map.groupBy(slots, (slot) =>
    [slot.capacityBytes, slot.besideBytes, slot.flops, slot.memoryBandwidth, slot.linkBandwidth].join(),
  );
  return [...groups.values()];
}
