import { expect, test } from 'vitest';
import { Progress } from '../../../src/ui/components/progress.tsx';
import { widthOf } from '../../../src/ui/layout/text.ts';
import { renderScreen } from '../render.tsx';

test.each([20, 40, 80])('a label of any length and its bar fit in %i columns', async (width) => {
  for (const label of ['Downloading', '正在安装 PyTorch 2.14 与它的全部依赖项目']) {
    await using screen = await renderScreen(<Progress label={label} share={0.5} width={width} />, {
      ascii: true,
    });
    expect(widthOf(screen.line(0))).toBeLessThanOrEqual(width);
    expect(screen.line(0)).toMatch(/#+\.+ +50%$/);
  }
});

test('what nobody can tell the end of moves', async () => {
  await using screen = await renderScreen(<Progress label="Asking the hub" share={null} width={40} />);
  const first = screen.line(0);
  expect(first).toContain(' Asking the hub');
  await expect.poll(() => screen.line(0)).not.toBe(first);
});

test('a screen reader hears the share', async () => {
  await using screen = await renderScreen(<Progress label="Downloading" share={0.5} width={40} />, {
    linear: true,
  });
  expect(screen.text()).toBe('Downloading: 50%');
});
