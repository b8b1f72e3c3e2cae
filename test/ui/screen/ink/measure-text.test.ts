import fc from 'fast-check';
import { expect, test } from 'vitest';
import inkMeasureText from '../../../../node_modules/ink/build/measure-text.js';
import measureText from '../../../../src/ui/screen/ink/measure-text.ts';

test('a text takes what Ink measures', () => {
  const piece = fc.constantFrom('a', '│', '⣿', '显卡', '👩‍💻', 'e\u0301', ' ', '\n', '\x1b[31m', '\x1b[39m');
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join('');
      expect(measureText(text)).toEqual(inkMeasureText(text));
    }),
  );
});
