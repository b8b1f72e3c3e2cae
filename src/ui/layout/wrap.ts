import { splitGraphemes, widthOf } from './text.ts';

/**
 * Text in rows of at most `width` columns, broken between words where there are words, and anywhere in Chinese and in what is longer than a row.
 * Never empty.
 */
export function wrapText(text: string, width: number): string[] {
  const rows: string[] = [];
  let row = '';
  let used = 0;
  const close = () => {
    rows.push(row.trimEnd());
    row = '';
    used = 0;
  };
  for (const word of text.match(/[^\S\n]*(?:[^\s\u2E80-\uFFEF]+|[\u2E80-\uFFEF])|\n|\s+/gu) ?? []) {
    if (word === '\n') {
      close();
      continue;
    }
    const fits = used + widthOf(word) <= width;
    if (!fits && used > 0) close();
    // A row does not begin with the blank that has separated it from the last.
    const piece = used === 0 && rows.length > 0 ? word.trimStart() : word;
    if (widthOf(piece) <= width) {
      row += piece;
      used += widthOf(piece);
      continue;
    }
    for (const character of splitGraphemes(piece)) {
      if (used + widthOf(character) > width && used > 0) close();
      row += character;
      used += widthOf(character);
    }
  }
  if (row !== '' || rows.length === 0) close();
  return rows;
}
