import { expect, test } from 'vitest';
import { layoutColumns, Table } from '../../../src/ui/components/table.tsx';
import { renderScreen } from '../render.tsx';

const columns = [
  { title: '模型' },
  { title: 'layers', align: 'right' as const, shrink: 0 },
  { title: 'GiB', align: 'right' as const, shrink: 0 },
];
const rows = [
  ['零一万物/Yi-34B', '60', '64.1'],
  ['llama2-13b-chat-long-name', '40', '24.2'],
];

test('Chinese text breaks no column', async () => {
  for (const width of [30, 36, 60]) {
    await using screen = await renderScreen(
      <Table columns={columns} rows={rows} width={width} selected={1} />,
    );
    const ends = [0, 1, 2].map((row) =>
      Array.from({ length: 60 }, (_, column) => screen.cell(column, row).text.trim() !== '').lastIndexOf(
        true,
      ),
    );
    expect(new Set(ends).size, screen.text()).toBe(1);
    expect(ends[0]).toBeLessThan(width);
  }
});

test('too little room', async () => {
  await using screen = await renderScreen(<Table columns={columns} rows={rows} width={30} selected={1} />);
  expect(screen.text()).toMatchInlineSnapshot(`
    "  模型            layers   GiB
      零一万物/Yi-3…      60  64.1
    ❯ llama2-13b-ch…      40  24.2"
  `);
});

test('columns that may not shrink keep their width', () => {
  expect(layoutColumns(columns, rows, 30)).toEqual([16, 6, 4]);
  expect(layoutColumns(columns, rows, 5)).toEqual([4, 6, 4]);
});
