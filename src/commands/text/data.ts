import type { DataSummary } from '../../dataset/schema.ts';
import { printable } from '../../printable.ts';
import type { Paint } from './paint.ts';

const shown = 3;

/** Rows that are left out of the training, the first few with their place. */
export function formatBadRows({ badRows, rows }: DataSummary, paint: Paint): string {
  const places = badRows
    .slice(0, shown)
    .map(({ file, line, reason }) => `\n  ${file}:${line}: ${printable(reason)}`);
  const more = badRows.length > shown ? `\n  and ${badRows.length - shown} more` : '';
  const left = `${badRows.length} of ${rows + badRows.length} rows cannot be used and are left out:`;
  return `${paint('yellow', 'Warning:')} ${left}${places.join('')}${more}`;
}
