import fc from 'fast-check';
import original from 'string-width';
import { expect, test } from 'vitest';
import stringWidth from '../../../src/ui/layout/string-width.ts';

const pieces = [
  'a',
  'é',
  '│',
  '█',
  '⣿',
  '◆',
  '░',
  '▲',
  '→',
  '显卡',
  'ｱﾟ',
  'e\u0301',
  '👩‍💻',
  '\u200b',
  '\u00ad',
  '✓',
  '한글',
  '\x1b[38;2;1;2;3m',
  '\x1b[39m',
  '\n',
  '\t',
];

test('a text is as wide as the package says, whatever is in it', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary' }))), (parts) => {
      expect(stringWidth(parts.join(''))).toBe(original(parts.join('')));
    }),
    { numRuns: 2000 },
  );
});

test('so is each character that is counted without looking it up', () => {
  for (let code = 0; code < 0x3000; code += 1) {
    const character = String.fromCodePoint(code);
    if (original(character) !== stringWidth(character)) expect.fail(`U+${code.toString(16)}`);
  }
});
