import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import {
  formatValue,
  settingOf,
  stepValue,
  withSetting,
  writtenValue,
} from '../../../src/ui/wizard/fields.ts';
import { layoutCards, layoutWizard } from '../../../src/ui/wizard/layout.ts';
import { completePath, matchingEntries, splitPath } from '../../../src/ui/wizard/path.ts';

describe('settings', () => {
  test.each([
    ['lora.rank', 16, 1, 32],
    ['lora.rank', 20, 1, 32],
    ['lora.rank', 20, -1, 16],
    ['lora.rank', 4, -1, 4],
    ['lora.targets', 'qv', 1, 'all-linear'],
    ['lora.targets', 'all-linear', 1, 'all-linear'],
    ['learningRate', 2e-4, -1, 1e-4],
  ] as const)('%s %s by %i is %s', (field, value, by, next) => {
    expect(stepValue(field, value, by)).toBe(next);
  });

  test('alpha follows the rank while it is twice the rank, and stays where somebody has set it', () => {
    expect(withSetting({}, 'lora.rank', 64)).toEqual({ lora: { rank: 64, alpha: 128 } });
    expect(withSetting({ lora: { rank: 8, alpha: 32 } }, 'lora.rank', 64)).toEqual({
      lora: { rank: 64, alpha: 32 },
    });
  });

  test('the usual rate depends on the method', () => {
    expect(settingOf({ method: 'freeze', learningRate: 1e-3 }, 'learningRate')).toEqual({
      value: 1e-3,
      usual: 2e-5,
    });
    expect(formatValue('learningRate', 2e-5)).toBe('2e-5');
  });

  test('what is written is held against the recipe', () => {
    expect(writtenValue({}, 'cutoffLength', ' 777 ')).toBe(777);
    expect(writtenValue({}, 'lora.targets', 'q_proj,v_proj')).toEqual(['q_proj', 'v_proj']);
    expect(() => writtenValue({}, 'cutoffLength', 'long')).toThrow(UserError);
  });
});

describe('paths', () => {
  const entries = [
    { name: 'llama-2', kind: 'model' },
    { name: 'llama-3', kind: 'model' },
    { name: 'letters', kind: 'folder' },
    { name: '.cache', kind: 'folder' },
    { name: 'train.jsonl', kind: 'dataset' },
  ] as const;

  test('are taken apart at the last slash', () => {
    expect(splitPath('a/b/c')).toEqual({ folder: 'a/b/', begun: 'c' });
    expect(splitPath('~/')).toEqual({ folder: '~/', begun: '' });
    expect(splitPath('x')).toEqual({ folder: '', begun: 'x' });
  });

  test('what matches comes first, hidden folders only when asked for', () => {
    expect(matchingEntries(entries, 'L').map(({ name }) => name)).toEqual(['llama-2', 'llama-3', 'letters']);
    expect(matchingEntries(entries, '').map(({ name }) => name)).not.toContain('.cache');
    expect(matchingEntries(entries, '.c').map(({ name }) => name)).toEqual(['.cache']);
  });

  test.each([
    ['a/lla', 'a/llama-'],
    ['a/llama-', 'a/llama-'],
    ['le', 'letters/'],
    ['tr', 'train.jsonl'],
    ['zzz', 'zzz'],
  ])('Tab makes %s into %s', (path, completed) => {
    expect(completePath(path, entries)).toBe(completed);
  });
});

describe('layout', () => {
  test.each([
    [60, 19],
    [80, 23],
    [103, 29],
    [104, 30],
    [120, 39],
    [300, 79],
  ])('in %i x %i nothing sticks out', (columns, rows) => {
    const { side, question, live, answers } = layoutWizard({ columns, rows });
    const right = live.rows + (answers?.rows ?? 0);
    expect(side ? question.columns + 1 + live.columns : question.columns).toBe(columns);
    expect(side ? right : question.rows + live.rows).toBe(rows - 3);
    expect(side ? question.rows : rows - 3).toBe(rows - 3);
    expect(question.rows).toBeGreaterThanOrEqual(11);
  });

  test.each([
    [1, 78, 8],
    [2, 78, 8],
    [8, 118, 12],
    [8, 78, 8],
    [8, 58, 4],
    [16, 58, 6],
  ])('%i cards in %i x %i are all seen', (count, columns, rows) => {
    const grid = layoutCards(count, 5, { columns, rows });
    const inLine = grid.widths.length;
    const lines = Math.ceil(count / inLine);
    expect(grid.height).toBeLessThanOrEqual(rows);
    expect(lines * (grid.asCards ? 5 : 1)).toBeLessThanOrEqual(Math.max(rows, Math.ceil(count / 2)));
    const gaps = (grid.asCards ? 1 : 2) * (inLine - 1);
    expect(grid.widths.reduce((sum, width) => sum + width, gaps)).toBe(columns);
  });
});
