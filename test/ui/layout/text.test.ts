import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitText, takeColumns, truncate, widthOf } from '../../../src/ui/layout/text.ts';

test.each([
  ['llama', 5],
  ['模型', 4],
  ['e\u0301', 1],
  ['👩‍🔬', 2],
  ['ｆｔ', 4],
])('%s takes %i columns', (text, width) => expect(widthOf(text)).toBe(width));

test.each([
  ['零一万物', 8, '零一万物'],
  ['零一万物', 7, '零一万…'],
  ['零一万物', 6, '零一…'],
  ['llama', 1, '…'],
  ['llama', 0, ''],
])('%s in %i columns is %s', (text, width, expected) => expect(truncate(text, width)).toBe(expected));

describe('fitText', () => {
  test.each([
    ['left', '模型  '],
    ['right', '  模型'],
    ['center', ' 模型 '],
  ] as const)('%s', (align, expected) => expect(fitText('模型', 6, align)).toBe(expected));

  test('always takes exactly its columns', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '模', 'e\u0301', '👩‍🔬', ' ') }),
        fc.nat(30),
        (text, width) => {
          expect(widthOf(fitText(text, width))).toBe(width);
          expect(widthOf(takeColumns(text, width))).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});
