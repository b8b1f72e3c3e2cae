import stringWidth from 'string-width';

/**
 * Characters of one column each that join with nothing: ASCII, Latin, arrows, and what frames, bars and charts are drawn with (box drawing, block
 * elements, geometric shapes, braille).
 */
const narrow =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u2193\u2500-\u25a9\u25b2\u25c6\u2800-\u28ff]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are written with them.
const colors = /\x1b\[[\d;:]*m/g;

/**
 * Columns that a text takes. As the package of this name, which looks each character up in several tables of Unicode: on a screen full of frames and
 * charts that was a third of the work of a frame. The bundle gives it to Ink as well (tsdown.config.ts).
 */
export default function fastStringWidth(text: string, options?: Parameters<typeof stringWidth>[1]): number {
  if (options === undefined) {
    const visible = withoutColors(text);
    if (narrow.test(visible)) return visible.length;
  }
  return stringWidth(text, options);
}

const withoutColors = (text: string) => (text.includes('\x1b') ? text.replace(colors, '') : text);

/** Whether a text is made of such characters and of colours alone. */
export const isNarrow = (text: string): boolean => narrow.test(withoutColors(text));
