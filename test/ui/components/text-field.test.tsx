import { describe, expect, test } from 'vitest';
import {
  insert,
  lineOf,
  moveTo,
  remove,
  textOf,
  windowOf,
  wordStart,
} from '../../../src/ui/components/text-field/edit.ts';
import { TextField } from '../../../src/ui/components/text-field/text-field.tsx';
import { widthOf } from '../../../src/ui/layout/text.ts';
import { keys, renderScreen } from '../render.tsx';

test('writing, moving, deleting, wide characters included', async () => {
  const submitted: string[] = [];
  await using screen = await renderScreen(
    <TextField width={20} placeholder="a folder" onSubmit={(text) => submitted.push(text)} />,
  );
  expect(screen.line(0)).toBe(' a folder');
  await screen.press('模型', 'x', keys.left, keys.left, '大', keys.end, keys.backspace, keys.enter);
  expect(submitted).toEqual(['模大型']);
});

test('many keys in one chunk', async () => {
  const submitted: string[] = [];
  await using screen = await renderScreen(<TextField width={20} onSubmit={(text) => submitted.push(text)} />);
  await screen.press('abc?q\r');
  expect(submitted).toEqual(['abc?q']);
});

test('what is pasted is one line, and presses no keys', async () => {
  const submitted: string[] = [];
  await using screen = await renderScreen(<TextField width={30} onSubmit={(text) => submitted.push(text)} />);
  await screen.paste('/data/models\n/llama\r\n');
  expect(submitted).toEqual([]);
  expect(screen.line(0)).toBe('/data/models /llama');
});

test('the cursor is always to be seen', async () => {
  await using screen = await renderScreen(<TextField width={10} initial="/data/模型/llama2-13b" />, {
    depth: 'none',
  });
  expect(screen.line(0)).toBe('llama2-13b'.slice(1));
  expect(screen.cell(9, 0).inverse).toBe(true);
  await screen.press(keys.home);
  expect(screen.line(0)).toBe('/data/模型');
  expect(screen.cell(0, 0)).toMatchObject({ text: '/', inverse: true });
});

describe('the pure parts', () => {
  test('a word ends at a slash', () => {
    const line = lineOf('/data/my models/');
    expect(textOf(remove(line, wordStart(line), line.cursor))).toBe('/data/my ');
  });

  test('a mark joins the character before it', () => {
    expect(insert(lineOf('e'), '\u0301')).toEqual({ characters: ['e\u0301'], cursor: 1 });
  });

  test.each([1, 2, 3, 7, 12])('the window of %i columns is never too wide', (width) => {
    const line = lineOf('a模型b/数据集/c');
    for (let cursor = 0; cursor <= line.characters.length; cursor += 1) {
      const { before, at, after } = windowOf(moveTo(line, cursor), width);
      expect(widthOf(before + at + after)).toBeLessThanOrEqual(Math.max(width, widthOf(at)));
    }
  });
});
