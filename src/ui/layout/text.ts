import stringWidth from './string-width.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** What people call characters: a base with its marks, an emoji with its modifiers. */
export function splitGraphemes(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

/** Columns that `text` takes on the screen: a Chinese character takes two. */
export const widthOf = (text: string): number => stringWidth(text);

/** At most `width` columns of `text`; what was cut is marked. @param ellipsis one column wide */
export function truncate(text: string, width: number, ellipsis = '…'): string {
  if (widthOf(text) <= width) return text;
  if (width < 1) return '';
  return `${takeColumns(text, width - 1)}${ellipsis}`;
}

export type Align = 'left' | 'right' | 'center';

/** Exactly `width` columns: cut or padded. A wide character that would be cut in two leaves a blank. */
export function fitText(text: string, width: number, align: Align = 'left', ellipsis = '…'): string {
  const shown = truncate(text, width, ellipsis);
  const blank = Math.max(0, width - widthOf(shown));
  const before = align === 'left' ? 0 : align === 'right' ? blank : Math.floor(blank / 2);
  return ' '.repeat(before) + shown + ' '.repeat(blank - before);
}

/** The longest start of `text` that takes at most `width` columns. */
export function takeColumns(text: string, width: number): string {
  let used = 0;
  let kept = '';
  for (const piece of splitGraphemes(text)) {
    used += widthOf(piece);
    if (used > width) break;
    kept += piece;
  }
  return kept;
}
