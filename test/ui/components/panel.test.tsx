import { Text } from 'ink';
import { describe, expect, test } from 'vitest';
import { layoutEdge, Panel } from '../../../src/ui/components/panel.tsx';
import { Row } from '../../../src/ui/components/row.tsx';
import { widthOf } from '../../../src/ui/layout/text.ts';
import { asciiGlyphs, unicodeGlyphs } from '../../../src/ui/theme/glyphs.ts';
import { renderScreen } from '../render.tsx';

describe('layoutEdge', () => {
  const edge = (...args: Parameters<typeof layoutEdge>) => Object.values(layoutEdge(...args)).join('');

  test.each([0, 4, 5, 7, 12, 20, 60])('%i columns are filled, whatever is written there', (width) => {
    for (const title of ['', 'Loss', '显卡与模型', 'a title that is far too long for it']) {
      expect(widthOf(edge(title, '3 of 9', width, unicodeGlyphs))).toBe(Math.max(width, 4));
    }
  });

  test('the note gives way to the title', () => {
    expect(edge('Loss', 'step 10', 30, asciiGlyphs)).toBe('+- Loss ----------- step 10 -+');
    expect(edge('Loss', 'step 10', 16, asciiGlyphs)).toBe('+- Loss -------+');
  });
});

test('a panel cuts what is too much for it', async () => {
  await using screen = await renderScreen(
    <Panel title="显卡" note="2" width={14} height={4}>
      <Text>一二三四五六七</Text>
      <Text>two</Text>
      <Text>three</Text>
    </Panel>,
  );
  expect(screen.text()).toMatchInlineSnapshot(`
    "╭─ 显卡 ─ 2 ─╮
    │ 一二三四五 │
    │ 六七       │
    ╰────────────╯"
  `);
});

test('a focused panel is told by more than its place', async () => {
  await using screen = await renderScreen(<Panel title="Cards" width={20} height={3} focused />, {
    depth: '256',
  });
  expect(screen.cellOf('Cards')).toMatchObject({ color: 81, bold: true });
});

test('a screen reader hears the title and the content', async () => {
  await using screen = await renderScreen(
    <Panel title="Cards" note="2" width={20} height={3}>
      <Text>Tesla P40</Text>
    </Panel>,
    { linear: true },
  );
  expect(screen.text()).toBe('Cards, 2\nTesla P40');
});

test.each([
  [false, '╭─ One ──╮╭─ Two ──╮'],
  [true, 'One\nTwo'],
])('side by side, unless it is read out (%s)', async (linear, expected) => {
  await using screen = await renderScreen(
    <Row height={2}>
      <Panel title="One" width={10} height={2} />
      <Panel title="Two" width={10} height={2} />
    </Row>,
    { linear },
  );
  expect(screen.text()).toContain(expected);
});
