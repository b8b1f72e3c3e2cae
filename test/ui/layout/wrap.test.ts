import { expect, test } from 'vitest';
import { wrapText } from '../../../src/ui/layout/wrap.ts';

test.each([
  ['between words', 'one two three', 8, ['one two', 'three']],
  ['anywhere in Chinese', '放得下还剩', 6, ['放得下', '还剩']],
  ['but not before what closes', '显卡（P40）为 6.1', 10, ['显卡', '（P40）为', '6.1']],
  ['nor behind what opens', '甲乙丙（P40）', 8, ['甲乙丙', '（P40）']],
  ['behind a slash, in a path longer than a row', 'in /data/runs/demo', 11, ['in', '/data/runs/', 'demo']],
  ['anywhere in what cannot be broken better', 'abcdefgh', 3, ['abc', 'def', 'gh']],
])('%s', (_, text, width, rows) => expect(wrapText(text, width)).toEqual(rows));
