import { expect, test } from 'vitest';
import { Prose } from '../../../src/ui/wizard/panels/facts.tsx';
import { renderScreen } from '../render.tsx';

const said = '演示可以在 CPU 上运行；也可以为本机没有的显卡规划任何训练。';

test('Chinese fills its rows, and is one line where it is read out', async () => {
  await using screen = await renderScreen(<Prose width={40}>{said}</Prose>, { columns: 44, rows: 6 });
  expect(screen.text()).toBe('演示可以在 CPU 上运行；也可以为本机没有\n的显卡规划任何训练。');
  await using linear = await renderScreen(<Prose width={20}>{said}</Prose>, {
    columns: 80,
    rows: 6,
    linear: true,
  });
  expect(linear.text()).toContain(said);
});
