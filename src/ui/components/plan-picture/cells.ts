import type { StageFigures } from '../../../plan/figures.ts';
import type { Span } from '../../layout/spans.ts';
import { fitText } from '../../layout/text.ts';
import type { Color } from '../../theme/colors.ts';
import type { Theme } from '../../theme/theme.ts';
import { formatPercent, layoutBar } from '../bar-shape.ts';
import type { PictureWords } from './picture.ts';

/** What the cells of a picture are made with. */
export interface CellStyle {
  theme: Pick<Theme, 'colors' | 'glyphs'>;
  words: PictureWords;
  /** Columns of a cell. */
  width: number;
  /** The card's. */
  color: Color;
  /** Bytes and seconds that figures are counted in. */
  bytes: number;
  seconds: number;
}

/** A bar has its percentage beside it from here on. */
const leastWithPercent = 12;
const percentWidth = 6;
/** Words and the second of two figures are there from here on. */
const leastWordy = 14;

export const isOver = ({ predictedBytes, capacityBytes }: StageFigures) => predictedBytes > capacityBytes;

/** How many layers, and of them how many are trained where that is not all. */
export function countCell(
  { from, to, trained }: StageFigures,
  { theme, words, width, color }: CellStyle,
): Span[] {
  const count = to - from;
  const bold = { text: width < leastWordy ? String(count) : words.layers(count), color, bold: true };
  if (!trained || width < leastWordy) return [bold];
  return [bold, { text: words.trained(trained), color: theme.colors.text }];
}

/** Which layers: `0-19`. */
export function rangeCell({ from, to }: StageFigures, { theme }: CellStyle): Span[] {
  return [{ text: to - from === 1 ? String(from) : `${from}-${to - 1}`, color: theme.colors.muted }];
}

export function memoryCell(stage: StageFigures, style: CellStyle): Span[] {
  const { predictedBytes: value, capacityBytes: capacity } = stage;
  return barCell(value, capacity, isOver(stage), style);
}

export function neededCell(stage: StageFigures, { theme, words, width, bytes }: CellStyle): Span[] {
  const color = isOver(stage) ? theme.colors.bad : theme.colors.text;
  const needed = { text: amount(stage.predictedBytes, bytes), color, bold: true };
  if (width < leastWordy) return [needed];
  const of = words.of(amount(stage.capacityBytes, bytes));
  return [needed, { text: ` ${of}`, color: theme.colors.muted }];
}

/** Headroom; where there is none, how much is missing, with a sign and in words. */
export function freeCell(stage: StageFigures, { theme, words, width, bytes }: CellStyle): Span[] {
  const { colors, glyphs } = theme;
  const left = stage.capacityBytes - stage.predictedBytes;
  if (left >= 0) return [{ text: amount(left, bytes) }];
  // What is missing never reads as nothing.
  const missing = amount(Math.max(-left, bytes / 10), bytes, width < 6 ? 1 : 0);
  const text = width < leastWordy ? `${glyphs.bad}${missing}` : `${glyphs.bad} ${words.missing(missing)}`;
  return [{ text, color: colors.bad, bold: true }];
}

export function busyCell(stage: StageFigures, style: CellStyle): Span[] {
  const { warn, muted } = style.theme.colors;
  return barCell(stage.busyShare, 1, false, { ...style, color: stage.slowest ? warn : muted });
}

/** How long it computes in a step; the stage that the others wait for is marked. */
export function secondsCell(stage: StageFigures, { theme, words, width, seconds }: CellStyle): Span[] {
  const { colors, glyphs } = theme;
  const value = stage.busySeconds / seconds;
  const text = value < 9.95 ? value.toFixed(1) : String(Math.round(value));
  if (!stage.slowest) return [{ text }];
  const slow = { color: colors.warn, bold: true };
  if (width < leastWordy) return [{ text: `${text}${glyphs.warn}`, ...slow }];
  return [{ text: `${text} ${glyphs.warn} ${words.slowest}`, ...slow }];
}

/** A bar; with its percentage where there is room. */
function barCell(
  value: number,
  capacity: number,
  over: boolean,
  { theme: { colors, glyphs }, width, color }: CellStyle,
): Span[] {
  const withPercent = width >= leastWithPercent;
  const paint = { used: color, over: colors.bad, free: colors.border, mark: colors.text, limit: colors.bad };
  const bar: Span[] = layoutBar(
    { value, capacity, width: withPercent ? width - percentWidth : width },
    glyphs.bar,
  ).map(({ part, text }) => ({ text, color: paint[part], bold: part === 'over' }));
  if (!withPercent) return bar;
  const text = fitText(formatPercent(value, capacity), percentWidth, 'right');
  return [...bar, { text, color: over ? colors.bad : colors.text, bold: over }];
}

/** One decimal; what is too little for it, or too large for a narrow column, none. */
function amount(bytes: number, unit: number, lessRoom = 0): string {
  const value = bytes / unit;
  return value >= 100 - 90 * lessRoom ? String(Math.round(value)) : value.toFixed(1);
}
