import { splitGraphemes, widthOf } from '../../layout/text.ts';

/** What is being written: characters as people count them, and the cursor before one of them or after the last. */
export interface Line {
  readonly characters: readonly string[];
  readonly cursor: number;
}

export const lineOf = (text: string): Line => {
  const characters = splitGraphemes(text);
  return { characters, cursor: characters.length };
};

export const textOf = (line: Line): string => line.characters.join('');

/** Text at the cursor. Line breaks and tabs become blanks: what was copied often ends with one. */
export function insert({ characters, cursor }: Line, text: string): Line {
  const before = characters.slice(0, cursor).join('');
  const clean = text
    .replace(/[\r\n\t]+$/, '')
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/\p{Cc}/gu, '');
  // Taken apart again as a whole: a mark that is inserted belongs to the character before it.
  const start = splitGraphemes(before + clean);
  return { characters: [...start, ...characters.slice(cursor)], cursor: start.length };
}

export const moveTo = (line: Line, cursor: number): Line => ({
  ...line,
  cursor: Math.max(0, Math.min(line.characters.length, cursor)),
});

/** Without the characters from `from` up to `to`; the cursor is where they were. */
export function remove({ characters }: Line, from: number, to: number): Line {
  const start = Math.max(0, from);
  return { characters: [...characters.slice(0, start), ...characters.slice(to)], cursor: start };
}

/** Where the word before the cursor starts. A slash ends a word: most of what is written here is a path. */
export function wordStart({ characters, cursor }: Line): number {
  const isEdge = (character: string | undefined) => character === undefined || /[\s/]/.test(character);
  let start = cursor;
  while (start > 0 && isEdge(characters[start - 1])) start -= 1;
  while (start > 0 && !isEdge(characters[start - 1])) start -= 1;
  return start;
}

/** The part of a line around its cursor that fits in `width` columns, one of which is the cursor's own at the end. */
export function windowOf(line: Line, width: number): { before: string; at: string; after: string } {
  const { characters, cursor } = line;
  const at = characters[cursor] ?? ' ';
  let left = width - widthOf(at);
  let start = cursor;
  while (start > 0 && widthOf(characters[start - 1]!) <= left) {
    start -= 1;
    left -= widthOf(characters[start]!);
  }
  let end = cursor + 1;
  while (end < characters.length && widthOf(characters[end]!) <= left) {
    left -= widthOf(characters[end]!);
    end += 1;
  }
  return {
    before: characters.slice(start, cursor).join(''),
    at,
    after: characters.slice(cursor + 1, end).join(''),
  };
}
