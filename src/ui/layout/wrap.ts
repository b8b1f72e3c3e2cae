import { splitGraphemes, widthOf } from './text.ts';

/** Words with the blanks before them, and Chinese characters; no row begins with what closes, or ends with what opens. */
const words =
  /[^\S\n]*[（《「『【]?(?:[^\s\u2E80-\uFFEF]+|[\u2E80-\uFFEF])[，。；：？！、）》」』】]*|\n|\s+/gu;

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
  for (const word of text.match(words) ?? []) {
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
    // Longer than a row: a path is broken behind a slash, if it can be.
    for (const part of piece.split(/(?<=\/)/)) {
      if (used + widthOf(part) > width && widthOf(part) <= width && used > 0) close();
      for (const character of splitGraphemes(part)) {
        if (used + widthOf(character) > width && used > 0) close();
        row += character;
        used += widthOf(character);
      }
    }
  }
  if (row !== '' || rows.length === 0) close();
  return rows;
}
