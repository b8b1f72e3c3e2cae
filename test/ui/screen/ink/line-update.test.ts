import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import lineUpdate from '../../../../src/ui/screen/ink/line-update.ts';
import Output from '../../../../src/ui/screen/ink/output.ts';
import { Terminal } from '../../terminal.ts';

/** As the screen writes it: every row ends in the terminal's own look. */
function row(text: string, width: number): string {
  const output = new Output({ width, height: 1 });
  output.clip({ x1: 0, x2: width });
  output.write(0, 0, text, { transformers: [] });
  return output.get().output;
}

const pieces = [
  'a',
  'b',
  ' ',
  '│',
  '⣿',
  '⣷',
  '░░░',
  '显',
  '卡',
  'e\u0301',
  '\x1b[31m',
  '\x1b[1m',
  '\x1b[22m',
  '\x1b[39m',
  '\x1b[7m',
  '\x1b[27m',
];
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join(''));

describe('a changed row', () => {
  test('looks as if it had been written anew', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, fc.integer({ min: 4, max: 30 }), async (first, second, width) => {
        const [previous, next] = [row(first, width), row(second, width)];
        const changed = await shownBy(width, `${previous}${lineUpdate(previous, next, width)}`);
        expect(changed).toEqual(await shownBy(width, next));
      }),
      { numRuns: 200 },
    );
  });

  test('costs what has changed in it', () => {
    const bar = '\x1b[31m████████████████\x1b[39m';
    expect(lineUpdate(`loss 1.25 ${bar}`, `loss 1.37 ${bar}`, 80)).toBe('\x1b[8G37');
    expect(lineUpdate(`1 ${bar} 7`, `2 ${bar} 8`, 80)).toBe('\x1b[1G2\x1b[20G8');
    expect(lineUpdate(`loss 1.25 ${bar}`, 'loss 1.25', 80)).toBe('\x1b[10G\x1b[K');
    expect(lineUpdate('显卡 1', '显卡 2', 80)).toBe('\x1b[6G2');
  });

  test('is written whole where its columns are not sure', () => {
    expect(lineUpdate('a long row', 'a long now', 5)).toBe('\x1b[G\x1b[Ka long now');
    expect(lineUpdate('a long row', 'a long now', undefined)).toBe('\x1b[G\x1b[Ka long now');
    expect(lineUpdate('🚀 step 1', '🚀 step 2', 80)).toBe('\x1b[G\x1b[K🚀 step 2');
    expect(lineUpdate('✓ step 1', '✓ step 2', 80)).toBe('\x1b[8G2');
  });
});

async function shownBy(columns: number, written: string) {
  const terminal = new Terminal(columns, 2);
  terminal.stdout.write(written);
  await terminal.shown();
  const cells = Array.from({ length: columns }, (_, column) => terminal.cell(column, 0));
  terminal.dispose();
  // An empty cell and a blank look the same.
  return cells.map((cell) => ({ ...cell, text: cell.text || ' ' }));
}
