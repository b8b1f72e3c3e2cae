import type { Paint } from './paint.ts';
import { paragraph } from './paragraph.ts';

export type Align = 'left' | 'right';

/**
 * Rows as aligned columns, two spaces apart; no line ends in spaces. Cells are plain text of single-width characters, since what is padded is
 * counted in characters.
 *
 * @param header painted dim, and not part of `rows`
 * @param columns that there are for it: the last cell of a row is then broken between words
 */
export function formatTable(
  header: string[],
  rows: string[][],
  align: Align[],
  paint: Paint,
  columns: number | null = null,
): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const pad = (cell: string, column: number) =>
    align[column] === 'right' ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!);
  const line = (cells: string[]) => {
    const last = cells.length - 1;
    const head = cells.slice(0, last).map((cell, column) => `${pad(cell, column)}  `);
    const text = align[last] === 'right' ? pad(cells[last]!, last) : cells[last]!;
    return paragraph(head.join(''), text, columns).trimEnd();
  };
  return [paint('dim', line(header)), ...rows.map(line)].join('\n');
}

/** Every line moved right. */
export function indent(text: string, spaces = 2): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(spaces));
}
