import type { Card } from '../hardware/card.ts';
import { outsideBytes, passingBytes, totalBytes } from './memory.ts';
import type { Breakdown } from './schema.ts';

/** What a rank held in its rehearsal, beside what had been predicted of its stage. */
export interface MeasuredMemory {
  /** Null of a CPU rank. */
  card: Pick<Card, 'uuid' | 'index'> | null;
  predicted: Breakdown;
  /** What it had, bytes. */
  capacityBytes: number;
  /** All that it held; where it did not fit, with what it asked for in vain, so that it needed at least this. */
  heldBytes: number;
  /** Of that, what is not the allocator's: context, kernels, NCCL. Null where nobody tells. */
  outsideBytes: number | null;
  fits: boolean;
}

/** How predictions are to be corrected by what was measured. What turned out smaller than predicted stays as it was predicted. */
export interface Correction {
  /** What comes and goes takes so much more, as a share of its estimate. */
  share: number;
  /** What a card holds beside, and the most it can hold; of a CPU rank for null. Bytes. */
  of(card: Pick<Card, 'uuid' | 'index' | 'emulation'> | null): { beside: number; limit: number };
}

/** A rank that did not fit broke off where it ran out: it would have needed more than it had asked for. Estimate. */
const UNSEEN = 0.05;
/** Less than this comes and goes: what exceeds it does not grow with it, but is workspace and rounding of the allocator. */
const LEAST_PASSING = 2 ** 28;

/**
 * What the ranks' rehearsals teach about plans to be made: the estimates of what comes and goes (activations, loss) are off alike for all
 * stages, so the worst of them counts for all; what lies outside the allocator is a constant of each card. A plan that did not fit is not
 * found to fit by its correction: no card that ran out is given again what it asked for in vain.
 */
export function correctionBy(measured: readonly MeasuredMemory[]): Correction {
  const surpluses = measured.map(surplusOf);
  const share = Math.max(
    0,
    ...surpluses.map(({ inside, estimated }) => inside / Math.max(LEAST_PASSING, estimated)),
  );
  const cards = measured.map(({ card, fits, heldBytes }, index) => {
    const { outside, inside, estimated } = surpluses[index]!;
    const beside = outside + Math.max(0, inside - share * estimated);
    return { card, beside, limit: fits ? Number.POSITIVE_INFINITY : heldBytes - 1 };
  });
  return {
    share,
    of(card) {
      const known = cards.filter((each) => isSame(each.card, card));
      return {
        beside: Math.ceil(Math.max(0, ...known.map(({ beside }) => beside))),
        limit: Math.min(...known.map(({ limit }) => limit)),
      };
    },
  };
}

/** What a rank held beyond its prediction outside and inside the allocator, and the estimate that the latter is held against. Bytes. */
function surplusOf({ predicted, heldBytes, outsideBytes: told, fits }: MeasuredMemory) {
  const predictedOutside = outsideBytes(predicted);
  const outside = told ?? predictedOutside;
  const needed = heldBytes * (fits ? 1 : 1 + UNSEEN);
  const predictedInside = totalBytes(predicted) - predicted.surplus - predictedOutside;
  return {
    outside: Math.max(0, outside - predictedOutside),
    inside: Math.max(0, needed - outside - predictedInside),
    estimated: passingBytes(predicted),
  };
}

/** Emulated cards share the `uuid` of the one they stand on. */
function isSame(
  one: MeasuredMemory['card'],
  other: Pick<Card, 'uuid' | 'index' | 'emulation'> | null,
): boolean {
  if (one === null || other === null) return one === other;
  return one.uuid === other.uuid && (!other.emulation || one.index === other.index);
}
