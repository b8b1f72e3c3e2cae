import { expect, test } from 'vitest';
import { fitSpans, spansWidth, takeSpans } from '../../../src/ui/layout/spans.ts';

const spans = [{ text: 'ab', color: 'red' }, { text: '显卡' }, { text: 'c' }];

test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 12])('%i columns are filled exactly', (width) => {
  expect(spansWidth(fitSpans(spans, width))).toBe(width);
});

test('nothing goes on after a cut, and looks are kept', () => {
  expect(takeSpans(spans, 5)).toEqual([{ text: 'ab', color: 'red' }, { text: '显' }]);
});
