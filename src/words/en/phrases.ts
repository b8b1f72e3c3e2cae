/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[], conjunction: 'and' | 'or' = 'and'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${conjunction} ${items.at(-1)}`;
}

/** A card as people know it: `card 0 (Tesla P40)`. */
export function cardLabel({ index, name }: { index: number; name: string }): string {
  return `card ${index} (${name})`;
}

/** The first three; how many more. */
export function someOf(items: readonly string[]): string {
  const more = items.length - 3;
  return more > 0 ? `${items.slice(0, 3).join(', ')} and ${more} more` : listed(items);
}
