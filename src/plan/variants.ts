import type { Card } from '../hardware/card.ts';
import type { Offer } from '../words/en/problems/fit.ts';
import type { PlanInput } from './input.ts';

/** A changed input and the settings that say how. */
export interface Variant {
  input: PlanInput;
  settings: string[];
}

/** A change after which a workload fits; planned, not guessed. */
export interface Remedy extends Offer {
  input: PlanInput;
}

/** More cards than that do not go into one box. */
export const MOST_CARDS = 16;

export function withRecipe(input: PlanInput, change: Partial<PlanInput['recipe']>, setting: string): Variant {
  return { input: { ...input, recipe: { ...input.recipe, ...change } }, settings: [setting] };
}

/** With alpha as many times the rank as before, which is what scales the adapter. */
export function withRank(input: PlanInput, rank: number): Variant {
  const { lora } = input.recipe;
  const alpha = (lora.alpha / lora.rank) * rank;
  return {
    input: { ...input, recipe: { ...input.recipe, lora: { ...lora, rank, alpha } } },
    settings: [`lora.rank=${rank}`, `lora.alpha=${alpha}`],
  };
}

/** One more card like the most common one, two more, and so on. */
export function withMoreCards({ input, settings }: Variant): Remedy[] {
  const { cards, recipe } = input;
  const byKind = [...Map.groupBy(cards, (card) => card.kind.id).values()];
  const [commonest = []] = byKind.toSorted((a, b) => b.length - a.length);
  const [like] = commonest.toSorted((a, b) => b.freeBytes - a.freeBytes);
  if (like === undefined) return [];
  return Array.from({ length: Math.max(0, MOST_CARDS - cards.length) }, (_, index) => {
    const further = Array.from({ length: index + 1 }, (_, place) => another(like, cards.length + place));
    const count = commonest.length + further.length;
    return {
      settings,
      cards: { name: like.kind.name, count, insteadOf: commonest.length },
      // A split of the user's would leave them idle.
      input: { ...input, recipe: { ...recipe, split: 'auto' }, cards: [...cards, ...further] },
    };
  });
}

function another(card: Card, index: number): Card {
  return { ...card, index, uuid: `imagined-${index}`, processes: [], imagined: true };
}
