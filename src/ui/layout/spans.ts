import type { Color } from '../theme/colors.ts';
import { paintText } from '../theme/paint.ts';
import { takeColumns, widthOf } from './text.ts';

/** A piece of a row in one look; made without Ink, so that a command can write it as well. */
export interface Span {
  text: string;
  color?: Color;
  bold?: boolean;
  inverse?: boolean;
}

export const spansWidth = (spans: readonly Span[]): number =>
  spans.reduce((width, { text }) => width + widthOf(text), 0);

/** At most `width` columns. */
export function takeSpans(spans: readonly Span[], width: number): Span[] {
  const taken: Span[] = [];
  let left = width;
  for (const span of spans) {
    const text = takeColumns(span.text, left);
    if (text !== '') taken.push({ ...span, text });
    if (text !== span.text) break;
    left -= widthOf(text);
  }
  return taken;
}

/** Exactly `width` columns: cut, or filled with blanks on the right. */
export function fitSpans(spans: readonly Span[], width: number): Span[] {
  const left = width - spansWidth(spans);
  if (left > 0) return [...spans, { text: ' '.repeat(left) }];
  if (left === 0) return [...spans];
  const taken = takeSpans(spans, width);
  // Half of a wide character is a blank.
  return [...taken, { text: ' '.repeat(width - spansWidth(taken)) }];
}

/** As a terminal takes it. */
export const paintSpans = (spans: readonly Span[]): string =>
  spans.map(({ text, color, bold, inverse }) => paintText(text, color, bold, inverse)).join('');
