import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layBricks, shapeBricks } from '../../../../src/ui/components/plan-picture/bricks.ts';
import { spansWidth } from '../../../../src/ui/layout/spans.ts';
import { colorsFor } from '../../../../src/ui/theme/colors.ts';
import { asciiGlyphs, unicodeGlyphs } from '../../../../src/ui/theme/glyphs.ts';

const theme = { colors: colorsFor('true', 'dark'), glyphs: unicodeGlyphs };
const draw = (
  ...[stage, shape]: Parameters<typeof layBricks> extends [infer S, infer B, ...unknown[]] ? [S, B] : never
) =>
  layBricks(stage, shape, theme, 'blue').map((row) =>
    row
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );

test('whatever the room, the largest stage fits in it', () => {
  const room = {
    most: fc.integer({ min: 1, max: 130 }),
    columns: fc.integer({ min: 5, max: 56 }),
    rows: fc.integer({ min: 2, max: 40 }),
  };
  fc.assert(
    fc.property(fc.record(room), fc.nat(200), ({ most, columns, rows }, spread) => {
      const shape = shapeBricks(most, spread, columns, rows);
      expect(shape.across * shape.stacked * shape.layers).toBeGreaterThanOrEqual(most);
      expect(shape.across * (shape.width + 1) - 1).toBeLessThanOrEqual(columns);
      expect(shape.stacked * shape.height).toBeLessThanOrEqual(rows);
      const drawn = layBricks({ from: 0, to: most, trained: null }, shape, theme, 'blue');
      expect(drawn).toHaveLength(shape.stacked * shape.height);
      expect(Math.max(...drawn.map(spansWidth))).toBeLessThanOrEqual(columns + 1);
    }),
  );
});

test('while there is room a brick is a layer, and there are as many as layers', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(60), (layers, trained) => {
      const shape = shapeBricks(60, 60, 39, 8);
      expect(shape.layers).toBe(1);
      const stage = { from: 7, to: 7 + layers, trained: Math.min(trained, layers) };
      const bricks = draw(stage, shape).flatMap((row) => row.split(' ').filter((brick) => brick !== ''));
      expect(bricks).toHaveLength(layers);
      expect(bricks.filter((brick) => brick.startsWith('▆'))).toHaveLength(stage.trained);
    }),
  );
});

test('the first layer is at the bottom left, and what is trained is higher', () => {
  const shape = { layers: 1, across: 5, width: 2, height: 1, stacked: 3 };
  expect(draw({ from: 0, to: 12, trained: 3 }, shape)).toEqual(['▆▆ ▆▆', '▃▃ ▃▃ ▃▃ ▃▃ ▆▆', '▃▃ ▃▃ ▃▃ ▃▃ ▃▃']);
});

test('bricks of two rows have a low upper one, so that courses are apart', () => {
  const shape = { layers: 1, across: 2, width: 4, height: 2, stacked: 2 };
  expect(draw({ from: 0, to: 3, trained: 1 }, shape)).toEqual(['▆▆▆▆', '████', '', '████ ████']);
});

test('where there are too many layers, a brick stands for several and none of those trained is lost', () => {
  const shape = shapeBricks(40, 40, 5, 3);
  expect(shape.layers).toBe(5);
  expect(draw({ from: 0, to: 40, trained: 1 }, shape).join('')).toContain('▆');
});

test('in ASCII frozen and trained differ', () => {
  const shape = { layers: 1, across: 3, width: 1, height: 1, stacked: 1 };
  const [row] = layBricks({ from: 0, to: 3, trained: 1 }, shape, { ...theme, glyphs: asciiGlyphs }, '');
  expect(row!.map(({ text }) => text).join('')).toBe('- - # ');
});
