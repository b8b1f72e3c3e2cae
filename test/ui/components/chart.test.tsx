import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BrailleChart } from '../../../src/ui/components/chart.tsx';
import { drawChart, type Point } from '../../../src/ui/components/draw-chart.ts';
import { drawSparkline } from '../../../src/ui/components/draw-sparkline.ts';
import { asciiGlyphs, unicodeGlyphs } from '../../../src/ui/theme/glyphs.ts';
import { renderScreen } from '../render.tsx';

const draw = (points: Point[], width: number, height: number, glyphs = unicodeGlyphs) =>
  drawChart([{ points }], { width, height, glyphs })
    ?.rows.map((row) => row.map(({ text }) => text).join(''))
    .join('\n');

const line = (count: number, y: (x: number) => number): Point[] =>
  Array.from({ length: count }, (_, x) => [x, y(x)]);

describe('drawChart', () => {
  test('a straight line', () => {
    expect(
      draw(
        line(8, (x) => x),
        4,
        2,
      ),
    ).toMatchInlineSnapshot(`
      "  ⣠⠞
      ⣠⠞⠁ "
    `);
    expect(
      draw(
        line(8, (x) => x),
        8,
        4,
        asciiGlyphs,
      ),
    ).toMatchInlineSnapshot(`
      "      **
          *** 
        ***   
      ***     "
    `);
  });

  test('a spike among many points is not lost', () => {
    const spike = line(10_000, (x) => (x === 5_001 ? 10 : 1));
    expect(draw(spike, 12, 3, asciiGlyphs)?.split('\n')[0]).toContain('*');
  });

  test('a gap stays open, and a flat line lies in the middle', () => {
    const points: Point[] = [
      [0, 1],
      [1, 1],
      [2, Number.NaN],
      [8, 1],
      [9, 1],
    ];
    expect(draw(points, 10, 3, asciiGlyphs)).toBe('          \n**      **\n          ');
  });

  test('later series lie over earlier ones', () => {
    const chart = drawChart([{ points: line(3, () => 1) }, { points: [[1, 1]], style: 'marks' }], {
      width: 3,
      height: 1,
      glyphs: asciiGlyphs,
    });
    expect(chart?.rows).toEqual([
      [
        { series: 0, text: '*' },
        { series: 1, text: '@' },
        { series: 0, text: '*' },
      ],
    ]);
  });

  test('nothing to draw', () => {
    expect(draw([], 10, 3)).toBeUndefined();
    expect(draw([[0, Number.NaN]], 10, 3)).toBeUndefined();
  });

  test('every row has the width, whatever the numbers', () => {
    const value = fc.double({ min: -1e9, max: 1e9 });
    const points = fc
      .array(fc.tuple(fc.integer({ min: 0, max: 1000 }), value))
      .map((all) => all.sort((a, b) => a[0] - b[0]));
    fc.assert(
      fc.property(
        points,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (all, width, height) => {
          for (const glyphs of [unicodeGlyphs, asciiGlyphs]) {
            const rows = draw(all, width, height, glyphs)?.split('\n');
            if (rows) expect(rows.map((row) => [...row].length)).toEqual(Array(height).fill(width));
          }
        },
      ),
    );
  });
});

test('the axis says what the ends are', async () => {
  await using screen = await renderScreen(
    <BrailleChart
      series={[{ points: line(40, (x) => 3 / (1 + x / 10)), color: '' }]}
      width={30}
      height={5}
    />,
  );
  expect(screen.text()).toMatchInlineSnapshot(`
    "    3│⠹⡄
         │ ⠙⢤⡀
         │   ⠙⢦⣀⡀
         │      ⠙⠒⠲⢤⣀⣀
    0.612│           ⠈⠉⠉⠓⠒⠒⠦⠤⠤⠤⣄⣀⣀"
  `);
});

test('drawSparkline', () => {
  expect(drawSparkline([0, 50, 100, null, 120], 6, [0, 100], unicodeGlyphs.spark)).toBe(' ▁▅█ █');
  expect(drawSparkline([0, 50, 100], 2, [0, 100], asciiGlyphs.spark)).toBe('=#');
});
