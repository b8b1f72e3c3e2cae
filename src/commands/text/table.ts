import type { Paint } from './paint.ts';

export type Align = 'left' | 'right';

/**
 * Rows as aligned columns, two spaces apart; no line ends in spaces. Cells are plain text of single-width characters, since what is padded is
 * counted in characters.
 *
 * @param header painted dim, and not part of `rows`
 */
export function formatTable(header: string[], rows: string[][], align: Align[], paint: Paint): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: string[]) =>
    cells
      .map((cell, column) =>
        align[column] === 'right' ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  return [paint('dim', line(header)), ...rows.map(line)].join('\n');
}

/** Every line moved right. */
export function indent(text: string, spaces = 2): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(spaces));
}
