import type { Card } from '../hardware/card.ts';
import type { Recipe } from '../recipe/schema.ts';
import { incapable } from '../words/en/problems/hardware.ts';
import { type FoundProblem, found, nameOf } from './problem.ts';
import type { Precision } from './schema.ts';

/** First compute capability with bf16 tensor cores (Ampere); below it torch merely emulates bf16. */
export const BF16_CAPABILITY = 8.0;

/** A precision, why it is this one, and what is wrong with it if it cannot be had. */
export interface PrecisionDecision {
  value: Precision;
  reason: string;
  problem: FoundProblem | null;
}

/**
 * Chooses the storage and compute precision from the compute capability of every card, never from
 * `torch.cuda.is_bf16_supported()`, which counts emulation.
 *
 * @param cards the cards of the plan; empty for CPU ranks
 */
export function decidePrecision(requested: Recipe['precision'], cards: readonly Card[]): PrecisionDecision {
  const unable = cards.filter((card) => Number(card.kind.computeCapability) < BF16_CAPABILITY);
  if (requested === 'bf16' && unable.length > 0) return refuseBf16(unable);
  if (requested !== 'auto') return { value: requested, reason: 'asked for', problem: null };
  if (cards.length === 0) {
    return { value: 'fp32', reason: 'CPU ranks without cards compute in fp32', problem: null };
  }
  if (unable.length > 0) {
    const reason = `bf16 needs compute capability 8.0 on every card, and ${incapable(unable.map(capabilityOf))}`;
    return { value: 'fp16', reason, problem: null };
  }
  return {
    value: 'bf16',
    reason: 'every card has compute capability 8.0 or higher; bf16 needs no loss scaling',
    problem: null,
  };
}

function refuseBf16(cards: readonly Card[]): PrecisionDecision {
  const unable = cards.map(capabilityOf);
  return {
    value: 'bf16',
    reason: `asked for, but it needs compute capability 8.0, and ${incapable(unable)}`,
    problem: found('error', 'bf16-unsupported', { unable }),
  };
}

const capabilityOf = (card: Card) => ({ ...nameOf(card), capability: card.kind.computeCapability });
