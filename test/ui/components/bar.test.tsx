import fc from 'fast-check';
import { Box } from 'ink';
import { describe, expect, test } from 'vitest';
import { Bar } from '../../../src/ui/components/bar.tsx';
import { formatPercent, layoutBar } from '../../../src/ui/components/bar-shape.ts';
import { asciiGlyphs, unicodeGlyphs } from '../../../src/ui/theme/glyphs.ts';
import { renderScreen } from '../render.tsx';

const draw = (shape: Parameters<typeof layoutBar>[0], glyphs = asciiGlyphs) =>
  layoutBar(shape, glyphs.bar)
    .map(({ text }) => text)
    .join('');

describe('layoutBar', () => {
  test.each([
    [{ value: 0, capacity: 10, width: 10 }, '..........'],
    [{ value: 5, capacity: 10, width: 10 }, '#####.....'],
    [{ value: 10, capacity: 10, width: 10 }, '##########'],
    [{ value: 5, capacity: 10, mark: 8, width: 10 }, '#####...^.'],
    [{ value: 20, capacity: 10, width: 10 }, '#####|XXXX'],
    [{ value: 20, capacity: 0, width: 4 }, '|XXX'],
    [{ value: 3, capacity: 10, mark: 99, width: 10 }, '###......^'],
    [{ value: 1, capacity: 10, width: 0 }, ''],
  ])('%j', (shape, expected) => expect(draw(shape)).toBe(expected));

  test('eighths of a character, where the font has them', () => {
    expect(draw({ value: 55, capacity: 100, width: 10 }, unicodeGlyphs)).toBe('█████▌░░░░');
  });

  test('always as wide as it should be', () => {
    const amount = fc.double({ min: 0, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(
        amount,
        amount,
        fc.option(amount, { nil: undefined }),
        fc.nat(200),
        (value, capacity, mark, width) => {
          for (const glyphs of [asciiGlyphs, unicodeGlyphs]) {
            expect([...draw({ value, capacity, mark, width }, glyphs)]).toHaveLength(width);
          }
        },
      ),
    );
  });
});

test.each([
  [99.7, 100, '99%'],
  [100, 100, '100%'],
  [100.1, 100, '101%'],
  [1, 0, '>100%'],
])('%f of %f is %s', (value, capacity, text) => expect(formatPercent(value, capacity)).toBe(text));

const bars = (
  <Box flexDirection="column">
    <Bar value={14.7} capacity={23.7} mark={15.3} width={40} />
    <Bar value={26} capacity={23.7} width={40} />
  </Box>
);

test('over-full is told by sign, number and colour', async () => {
  await using colored = await renderScreen(bars, { depth: '16' });
  expect(colored.text()).toMatchInlineSnapshot(`
    "████████████████████▍┃░░░░░░░░░░░    62%
    ██████████████████████████████│▓▓ 110% ✗"
  `);
  expect(colored.cellOf('110%')).toMatchObject({ color: 1, bold: true });
  await using plain = await renderScreen(bars, { ascii: true });
  expect(plain.text()).toMatchInlineSnapshot(`
    "####################.^...........    62%
    ##############################|XX 110% x"
  `);
  expect(plain.cellOf('110%').color).toBeNull();
});

test('a screen reader is told the numbers', async () => {
  await using screen = await renderScreen(bars, { linear: true, language: 'zh' });
  expect(screen.text()).toBe('已用 62%，预计 65%\n已用 110%，超出容量');
});
