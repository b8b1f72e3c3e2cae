import { takeColumns, widthOf } from '../../layout/text.ts';
import type { Color } from '../../theme/colors.ts';

/** A piece of a row in one look; made without Ink, so that a command can write it as well. */
export interface Span {
  text: string;
  color?: Color;
  bold?: boolean;
}

export const spansWidth = (spans: readonly Span[]): number =>
  spans.reduce((width, { text }) => width + widthOf(text), 0);

/** Exactly `width` columns: cut, or filled with blanks on the right. */
export function fitSpans(spans: readonly Span[], width: number): Span[] {
  const fitted: Span[] = [];
  let left = width;
  for (const span of spans) {
    const text = takeColumns(span.text, left);
    fitted.push({ ...span, text });
    left -= widthOf(text);
    if (text !== span.text) break;
  }
  return left > 0 ? [...fitted, { text: ' '.repeat(left) }] : fitted;
}
