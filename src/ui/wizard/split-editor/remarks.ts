import type { SplitFigures } from '../../../plan/figures.ts';
import type { PlanInput } from '../../../plan/input.ts';
import type { Trainable } from '../../../plan/what-if.ts';
import { formatNumber } from '../../../units.ts';
import { formatPercent } from '../../components/bar-shape.ts';
import { isOver } from '../../components/plan-picture/cells.ts';
import { numberOf } from '../../components/plan-picture/names.ts';
import { nameKey } from '../../keys/describe.ts';
import { keyTable } from '../../keys/table.ts';
import { type Span, spansWidth } from '../../layout/spans.ts';
import { widthOf } from '../../layout/text.ts';
import type { Strings } from '../../strings/catalogue.ts';
import { formatDuration } from '../../strings/duration.ts';
import type { Theme } from '../../theme/theme.ts';

/** A step that takes longer by less than this share is as fast. */
const SAME = 0.005;

export interface Remarked {
  figures: SplitFigures;
  optimum: SplitFigures;
  isOptimum: boolean;
  /** Index of the boundary that keys move. */
  boundary: number;
  strings: Strings;
  theme: Pick<Theme, 'colors' | 'glyphs'>;
}

/** What the keys would do at the boundary: which layer goes where. */
export function boundaryRemark({ figures: { stages }, boundary, strings, theme }: Remarked): Span[] {
  const { colors, glyphs } = theme;
  const words = strings.split;
  const [left, right] = [stages[boundary], stages[boundary + 1]];
  if (!left || !right) return [{ text: words.single, color: colors.muted }];
  const [leftNumber, rightNumber] = [numberOf(left.cards, boundary), numberOf(right.cards, boundary + 1)];
  const gift = (arrow: string, layer: number, card: string): Span[] => [
    { text: `   ${arrow} `, color: colors.accent, bold: true },
    { text: words.gives(layer, card) },
  ];
  return [
    { text: `${glyphs.boundary.top} `, color: colors.accent, bold: true },
    { text: words.boundary(leftNumber, rightNumber), bold: true },
    ...(right.to - right.from > 1 ? gift(glyphs.arrows.up, right.from, leftNumber) : []),
    ...(left.to - left.from > 1 ? gift(glyphs.arrows.down, left.to - 1, rightNumber) : []),
  ];
}

/** How fast it is, and how much of the time the cards compute; in `width` columns, what matters least is left out. */
export function speedRemark({ figures, optimum, strings, theme }: Remarked, width: number): Span[] {
  const { colors, glyphs } = theme;
  const words = strings.split;
  const separator = ` ${glyphs.separator} `;
  const speed: Span[] = [
    { text: words.speed(formatNumber(figures.tokensPerSecond)), bold: true },
    { text: `${separator}${words.step(formatDuration(figures.stepSeconds, strings))}${separator}` },
    { text: words.busy(formatPercent(figures.efficiency, 1)), bold: true },
  ];
  if (figures.checkpointing === 'none') return speed;
  const couldKeep = optimum.checkpointing === 'none';
  const texts = couldKeep ? [words.recomputedHere, words.recomputed] : [words.recomputed];
  const text = texts.find((each) => spansWidth(speed) + widthOf(separator + each) <= width);
  if (!text) return speed;
  return [...speed, { text: separator }, { text, color: couldKeep ? colors.warn : colors.muted }];
}

/** Whether it fits, and whether another split would be better. */
export function verdictRemark(remarked: Remarked): Span[] {
  const { figures, strings, theme } = remarked;
  const { colors, glyphs } = theme;
  const words = strings.split;
  const over = figures.stages
    .map((stage, index) => ({ stage, index }))
    .filter(({ stage }) => isOver(stage))
    .map(({ stage, index }) => numberOf(stage.cards, index));
  const comparison = { text: ` ${compare(remarked, over.length === 0)}`, color: colors.muted };
  if (over.length === 0) return [{ text: `${glyphs.ok} ${words.fits}`, color: colors.ok }, comparison];
  const verdict = `${glyphs.bad} ${words.tooMuch(over.join(', '), over.length > 1)}`;
  return [{ text: verdict, color: colors.bad, bold: true }, comparison];
}

function compare({ figures, optimum, isOptimum, strings }: Remarked, fits: boolean): string {
  const words = strings.split;
  const key = nameKey(keyTable.split.optimum.keys[0], strings);
  const canFit = !optimum.stages.some(isOver);
  const gain = figures.stepSeconds / optimum.stepSeconds - 1;
  if (!fits) return canFit ? words.optimumFits(key) : isOptimum ? words.nothingFits : words.nearest(key);
  return gain > SAME ? words.slower(`${Math.max(1, Math.round(100 * gain))}%`, key) : words.optimal;
}

/** Cards that rest; for freeze, how far these cards could go and why an uneven split helps. */
export function adviceSentences(
  { figures, strings }: Remarked,
  method: PlanInput['recipe']['method'],
  trainable: Trainable | null,
): string[] {
  const words = strings.split;
  const idle = figures.idle.map(({ index }) => index).join(', ');
  const more = nameKey(keyTable.split.divide.keys[0], strings);
  return [
    ...(idle === '' ? [] : [words.idle(idle, more)]),
    ...(method === 'freeze' ? [sayMost(words, trainable), words.why] : []),
  ];
}

/** Always a sentence, so that nothing moves when the answer is there. */
function sayMost(words: Strings['split'], trainable: Trainable | null): string {
  if (trainable === null) return words.mostUnknown;
  const { most, even } = trainable;
  return most.layers === 0 ? words.mostNone : words.most(most.layers, even.layers);
}
