import { Text } from 'ink';
import { useState } from 'react';
import { describe, expect, test } from 'vitest';
import { KeyFooter } from '../../../src/ui/components/key-footer.tsx';
import { Panel } from '../../../src/ui/components/panel.tsx';
import { TextField } from '../../../src/ui/components/text-field/text-field.tsx';
import { useKeys } from '../../../src/ui/keys/context.tsx';
import { useTerminalSize } from '../../../src/ui/screen/size.ts';
import { Viewport } from '../../../src/ui/screen/viewport.tsx';
import { keys, renderScreen } from '../render.tsx';

const minimum = { columns: 60, rows: 20 };

function Counter() {
  const [count, setCount] = useState(0);
  const { columns, rows } = useTerminalSize();
  useKeys('split', {
    moreLayers: () => setCount(count + 1),
    undo: count > 0 ? () => setCount(count - 1) : undefined,
  });
  return (
    <>
      <Panel title="Split" width={columns} height={rows - 1}>
        <Text>{`layers ${count}`}</Text>
      </Panel>
      <KeyFooter />
    </>
  );
}

const app = (
  <Viewport minimum={minimum}>
    <Counter />
  </Viewport>
);

describe.each(['en', 'zh'] as const)('in %s', (language) => {
  test.each([
    [60, 20],
    [80, 24],
    [120, 40],
  ])('%i x %i: footer and help fit', async (columns, rows) => {
    await using screen = await renderScreen(app, { columns, rows, language });
    await screen.press(keys.right);
    expect(screen.line(rows - 2)).toMatchSnapshot('footer');
    await screen.press('?');
    expect(screen.text()).toMatchSnapshot('help');
    expect(screen.fullClears()).toBe(0);
  });
});

test('the footer shows what works, and nothing else', async () => {
  await using screen = await renderScreen(app);
  expect(screen.text()).not.toContain('undo');
  await screen.press('l');
  expect(screen.text()).toContain('u undo');
});

test('covered by help, keys are for the help', async () => {
  await using screen = await renderScreen(app);
  await screen.press(keys.right, '?', keys.right, keys.right, keys.escape);
  expect(screen.text()).toContain('layers 1');
});

test('where text is written, characters are no keys, and help says so', async () => {
  await using screen = await renderScreen(
    <Viewport minimum={minimum}>
      <TextField width={20} onSubmit={() => {}} />
      <Counter />
    </Viewport>,
  );
  await screen.press('l?');
  expect(screen.text()).toContain('layers 0');
  expect(screen.text()).toContain('Ctrl-G help');
  await screen.press(keys.ctrl('g'));
  expect(screen.text()).toContain('Text fields');
});

test('too small: says what it needs, keeps what was, and q leaves', async () => {
  await using screen = await renderScreen(app);
  await screen.press(keys.right, keys.right);
  await screen.resize(50, 12);
  expect(screen.text()).toMatchInlineSnapshot(`
    "▲ This window is too small
    ft-wizard needs 60 x 20 characters.
    It has 50 x 12. Make it larger, or press q to
    leave."
  `);
  await screen.press(keys.right);
  await screen.resize(80, 24);
  expect(screen.text()).toContain('layers 2');
  await screen.resize(59, 24);
  await screen.press('q');
  await screen.left;
});

test('Ctrl-C leaves where nobody does anything about it', async () => {
  await using screen = await renderScreen(app);
  await screen.press(keys.ctrl('c'));
  await screen.left;
});

test('updates are small', async () => {
  await using screen = await renderScreen(app, { columns: 120, rows: 40, depth: 'true' });
  const before = screen.bytes();
  await screen.press(keys.right);
  await screen.press(keys.right);
  expect((screen.bytes() - before) / 2).toBeLessThan(1500);
  expect(screen.fullClears()).toBe(0);
});
