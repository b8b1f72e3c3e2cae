import type { Card } from '../../../hardware/card.ts';
import { widthOf } from '../../layout/text.ts';
import type { Color, Colors } from '../../theme/colors.ts';

/** What tells cards apart, the longest first: `RTX 3090`, `3090`; what is said of a card in brackets does not. */
function namesOf({ kind: { id, name } }: Card): [string, string] {
  const long = name.replace(/^NVIDIA /, '').replace(/^(GeForce|Tesla) | \(.*\)$/g, '');
  return [long, id.toUpperCase().replace(/GIB$/, 'GiB')];
}

/** The longest name that fits in `width` columns; the shortest where none does. */
export function nameFor(cards: readonly Card[], width: number): string {
  if (!cards[0]) return 'CPU';
  const [long, short] = namesOf(cards[0]);
  return widthOf(long) <= width ? long : short;
}

/** `0`; with replicas all cards of a stage, `0+4`; CPU ranks are counted. */
export function numberOf(cards: readonly Card[], stage: number): string {
  return cards.length === 0 ? String(stage) : cards.map(({ index }) => index).join('+');
}

/** Its place among the colours: a card keeps its own when the planner moves it to another place in the pipeline. */
export function colorOf(cards: readonly Card[], stage: number, series: Colors['series']): Color {
  return series[(cards[0]?.index ?? stage) % series.length]!;
}
