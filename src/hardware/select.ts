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
    throw new UserError(
      'no-card-selected',
      `"${selector}" names no card.`,
      'Give indices or UUIDs as nvidia-smi -L lists them, e.g. --gpus 0,2.',
    );
  }
  const selected = wanted.map((part) => selectCard(cards, part));
  const twice = selected.find((card, i) => selected.indexOf(card) !== i);
  if (twice !== undefined) {
    throw new UserError(
      'card-twice',
      `--gpus ${selector} names card ${twice.index} (${twice.kind.name}) twice.`,
      'Name every card once.',
    );
  }
  return selected;
}

function selectCard(cards: readonly Card[], wanted: string): Card {
  const matches = /^\d+$/.test(wanted)
    ? cards.filter((card) => card.index === Number(wanted))
    : cards.filter((card) => wanted.length >= 5 && card.uuid.toLowerCase().startsWith(wanted.toLowerCase()));
  if (matches.length === 1) return matches[0]!;
  const list = cards.map((card) => `${card.index} = ${card.kind.name} (${card.uuid})`).join(', ');
  if (matches.length > 1) {
    throw new UserError(
      'card-ambiguous',
      `"${wanted}" fits ${matches.length} cards of this box.`,
      `Write more of the UUID: ${list}.`,
    );
  }
  throw new UserError(
    'card-gone',
    `There is no card "${wanted}" in this box.`,
    cards.length === 0
      ? 'No usable card was found at all: run ft-wizard doctor.'
      : `Choose among those that are here: ${list}.`,
    exitCodes.refused,
  );
}
