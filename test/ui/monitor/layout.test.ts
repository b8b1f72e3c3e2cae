import { describe, expect, test } from 'vitest';
import { layoutPanes, type PlacedPane, panes } from '../../../src/ui/monitor/layout.ts';

const sizes = [60, 70, 76, 80, 100, 120, 149, 150, 200, 300].flatMap((columns) =>
  [14, 18, 19, 24, 34, 50, 74].map((rows) => ({ columns, rows })),
);
const placed = (bands: ReturnType<typeof layoutPanes>): PlacedPane[] =>
  bands.flatMap(({ columns }) => columns.flatMap((column) => column.panes));
/** A line for each band: columns by `|`, what stands in them by `/`. */
const shape = (bands: ReturnType<typeof layoutPanes>) =>
  bands
    .map(({ columns }) =>
      columns
        .map((column) =>
          column.panes.map(({ pane, width, height }) => `${pane} ${width}x${height}`).join(' / '),
        )
        .join(' | '),
    )
    .join('\n');

describe.each([1, 2, 4, 8])('%i ranks', (ranks) => {
  test.each(panes)('every size is filled exactly, and %s is there when it has the focus', (focus) => {
    for (const size of sizes) {
      const bands = layoutPanes({ ...size, ranks, stages: ranks, cardRows: 3, focus });
      expect(bands.reduce((sum, { height }) => sum + height, 0)).toBe(size.rows);
      for (const { height, columns } of bands) {
        expect(columns.reduce((sum, { width }) => sum + width, 0)).toBe(size.columns);
        for (const column of columns) {
          expect(column.panes.reduce((sum, pane) => sum + pane.height, 0)).toBe(height);
          expect(column.panes.every(({ width }) => width === column.width)).toBe(true);
        }
      }
      const shown = placed(bands);
      expect(shown.map(({ pane }) => pane)).toContain(focus);
      expect(shown.every(({ height }) => height >= 3)).toBe(true);
    }
  });
});

test('what is shown at the usual sizes', () => {
  const two = { ranks: 2, stages: 2, cardRows: 3, focus: 'loss' } as const;
  expect(shape(layoutPanes({ columns: 60, rows: 14, ...two }))).toMatchInlineSnapshot(`
    "loss 60x9
    cards 60x5"
  `);
  expect(shape(layoutPanes({ columns: 80, rows: 18, ...two }))).toMatchInlineSnapshot(`
    "loss 43x10 | cards 37x10
    pipeline 80x8"
  `);
  expect(shape(layoutPanes({ columns: 80, rows: 18, ...two, focus: 'log' }))).toMatchInlineSnapshot(`
    "loss 43x7 | cards 37x7
    log 80x11"
  `);
  expect(shape(layoutPanes({ columns: 120, rows: 34, ...two }))).toMatchInlineSnapshot(`
    "loss 70x14 | cards 50x14
    pipeline 120x11
    log 120x9"
  `);
  expect(shape(layoutPanes({ columns: 300, rows: 74, ...two }))).toMatchInlineSnapshot(
    `"loss 165x46 / log 165x28 | cards 135x9 / pipeline 135x19 / rates 135x46"`,
  );
});
