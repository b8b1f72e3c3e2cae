import { exitCodes, UserError } from '../errors.ts';
import type { Card } from './card.ts';

/**
 * The cards that `--gpus` names among those of this box, in the order named.
 *
 * @param selector indices or UUIDs (a UUID may be cut short, as CUDA allows), separated by commas: `0,2`, `GPU-8ce8364f`
 * @throws UserError `card-gone` (exit 3) for one that is not here, `card-ambiguous` and `card-twice` (exit 2) for one
 *   that cannot be meant, `no-card-selected` (exit 2) for an empty list
 */
export function selectCards(cards: readonly Card[], selector: string): Card[] {
  const wanted = selector
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (wanted.length === 0) {
    throw new UserError('no-card-selected', { selector });
  }
  const selected = wanted.map((part) => selectCard(cards, part));
  const twice = selected.find((card, i) => selected.indexOf(card) !== i);
  if (twice !== undefined) {
    throw new UserError('card-twice', { selector, card: { index: twice.index, name: twice.kind.name } });
  }
  return selected;
}

function selectCard(cards: readonly Card[], wanted: string): Card {
  const matches = /^\d+$/.test(wanted)
    ? cards.filter((card) => card.index === Number(wanted))
    : cards.filter((card) => wanted.length >= 5 && card.uuid.toLowerCase().startsWith(wanted.toLowerCase()));
  if (matches.length === 1) return matches[0]!;
  const there = cards.map(({ index, kind, uuid }) => ({ index, name: kind.name, uuid }));
  if (matches.length > 1) {
    throw new UserError('card-ambiguous', { wanted, matches: matches.length, there });
  }
  throw new UserError('card-gone', { wanted, there }, exitCodes.refused);
}
