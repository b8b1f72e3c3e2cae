import type { Card } from '../hardware/card.ts';

/** Bytes in a GiB. */
export const GiB = 2 ** 30;

/** A size for people: `23.7 GiB`. */
export function inGiB(bytes: number): string {
  return `${(bytes / GiB).toFixed(1)} GiB`;
}

/** A share for people: `84 %`. */
export function inPercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** A card as people know it: `card 0 (Tesla P40)`. */
export function cardLabel(card: Card): string {
  return `card ${card.index} (${card.kind.name})`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[], conjunction: 'and' | 'or' = 'and'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${conjunction} ${items.at(-1)}`;
}
