import { Box, Text } from 'ink';
import { describe, expect, test } from 'vitest';
import { Bar } from '../../../src/ui/components/bar.tsx';
import { Panel } from '../../../src/ui/components/panel.tsx';
import { Select } from '../../../src/ui/components/select/select.tsx';
import { widthOf } from '../../../src/ui/layout/text.ts';
import { colorDepth } from '../../../src/ui/theme/color-depth.ts';
import { backgroundOf, colorsFor } from '../../../src/ui/theme/colors.ts';
import { asciiGlyphs, glyphsFor, unicodeGlyphs } from '../../../src/ui/theme/glyphs.ts';
import { renderScreen } from '../render.tsx';

test.each([
  [{ TERM: 'xterm' }, true, '16'],
  [{ TERM: 'xterm-256color' }, true, '256'],
  [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, true, 'true'],
  [{ TERM: 'dumb' }, true, 'none'],
  [{ TERM: 'xterm-256color', NO_COLOR: '1' }, true, 'none'],
  [{ TERM: 'xterm-256color', NO_COLOR: '' }, true, '256'],
  [{ TERM: 'xterm-256color' }, false, 'none'],
  [{ TERM: 'xterm-256color', FORCE_COLOR: '1' }, false, '16'],
  [{ TERM: 'xterm', FORCE_COLOR: '3' }, true, 'true'],
  [{ TERM: 'xterm', FORCE_COLOR: '0' }, true, 'none'],
])('%j at a terminal: %s, colours: %s', (env, isTTY, depth) => expect(colorDepth(env, isTTY)).toBe(depth));

test.each([
  [{}, 'dark'],
  [{ COLORFGBG: '0;15' }, 'light'],
  [{ COLORFGBG: '0;default;7' }, 'light'],
  [{ COLORFGBG: '15;0' }, 'dark'],
  [{ COLORFGBG: 'nonsense' }, 'dark'],
])('%j is %s', (env, background) => expect(backgroundOf(env)).toBe(background));

test.each([
  [{}, unicodeGlyphs],
  [{ LANG: 'zh_CN.UTF-8' }, unicodeGlyphs],
  [{ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, asciiGlyphs],
  [{ LANG: 'zh_CN.GB18030' }, asciiGlyphs],
  [{ TERM: 'linux', LANG: 'C.UTF-8' }, asciiGlyphs],
  [{ FT_WIZARD_ASCII: '1', LANG: 'C.UTF-8' }, asciiGlyphs],
  [{ FT_WIZARD_ASCII: '0', LC_ALL: 'C' }, unicodeGlyphs],
])('signs for %j', (env, glyphs) => expect(glyphsFor(env)).toBe(glyphs));

test('every sign that stands in a column is one column wide; ASCII is ASCII', () => {
  const signs = (glyphs: typeof unicodeGlyphs): string[] => {
    const { arrows, braille, ...others } = glyphs;
    return Object.values(others).flatMap((value) =>
      typeof value === 'string' ? [value] : Object.values(value as object).flat(),
    );
  };
  for (const glyphs of [unicodeGlyphs, asciiGlyphs]) {
    expect(signs(glyphs).filter((sign) => widthOf(sign) !== 1)).toEqual([]);
  }
  expect(signs(asciiGlyphs).filter((sign) => !/^[ -~]+$/.test(sign))).toEqual([]);
});

describe('contrast of true colours with the background (WCAG relative luminance)', () => {
  const luminance = (hex: string) => {
    const [red, green, blue] = [1, 3, 5].map((start) => {
      const share = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one: string, other: string) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
    return (high + 0.05) / (low + 0.05);
  };

  test.each([
    ['dark', '#1e1e1e'],
    ['light', '#ffffff'],
  ] as const)('%s', (background, behind) => {
    const { border, text, series, ...words } = colorsFor('true', background);
    for (const color of [...Object.values(words), ...series]) {
      expect(contrast(color, behind), color).toBeGreaterThan(4);
    }
  });
});

const everything = (
  <Panel title="Cards" note="2" width={60} height={10} focused>
    <Bar value={30} capacity={20} mark={10} width={50} />
    <Select
      options={[
        { value: 1, label: 'bf16', disabled: 'no' },
        { value: 2, label: 'fp16' },
      ]}
      width={40}
      height={2}
      onChoose={() => {}}
    />
    <Box>
      <Text bold>bold stays</Text>
    </Box>
  </Panel>
);

test.each(['none', '16', '256', 'true'] as const)(
  'at depth %s no cell has a colour that is too deep',
  async (depth) => {
    await using screen = await renderScreen(everything, { depth });
    const colors = new Set<number | null>();
    for (let row = 0; row < 10; row += 1) {
      for (let column = 0; column < 60; column += 1) colors.add(screen.cell(column, row).color);
    }
    const shown = [...colors].filter((color) => color !== null);
    if (depth === 'none') expect(shown).toEqual([]);
    else expect(shown.length).toBeGreaterThan(2);
    if (depth === '16') expect(Math.max(...shown)).toBeLessThan(16);
    if (depth === '256') expect(Math.max(...shown)).toBeLessThan(256);
    expect(screen.cellOf('bold stays').bold).toBe(true);
  },
);
