import { widthOf } from '../../ui/layout/text.ts';
import { wrapText } from '../../ui/layout/wrap.ts';

/**
 * Text that begins after `head` and goes on below its beginning, broken between words.
 *
 * @param head what stands before the first row, as it is without colours
 * @param columns of the terminal; null where there is none, and lines are as long as they are
 * @param shown the head as it is to be shown
 */
export function paragraph(head: string, text: string, columns: number | null, shown = head): string {
  if (columns === null) return shown + text;
  const margin = widthOf(head);
  // Where so little is left, the terminal breaks the lines no worse.
  const rows = columns - margin < 20 ? [text] : wrapText(text, columns - margin);
  return shown + rows.join(`\n${' '.repeat(margin)}`);
}
