import { Console } from 'node:console';
import { Text } from 'ink';
import { useEffect, useState } from 'react';
import { describe, expect, test } from 'vitest';
import { useKeys } from '../../../src/ui/keys/context.tsx';
import { useLeave } from '../../../src/ui/screen/leave.ts';
import { screenMode } from '../../../src/ui/screen/mode.ts';
import { showScreen } from '../../../src/ui/screen/show.tsx';
import { keys, Terminal } from '../terminal.ts';

// Ink makes a Console of its own while it owns the screen; vitest's stand-in for `console` has none to make.
Object.assign(console, { Console });

function App() {
  const leave = useLeave<string>();
  const [broken, setBroken] = useState(false);
  useKeys('monitor', {
    detach: () => leave('detached'),
    stop: () => setBroken(true),
    checkpoint: () => {
      throw new Error('in a key handler');
    },
  });
  if (broken) throw new Error('while drawing');
  return <Text>the app</Text>;
}

/** Shows the app until it is left by `how`, and checks that the terminal is as it was before. */
async function showUntil(how: (terminal: Terminal) => void, env: NodeJS.ProcessEnv = { TERM: 'xterm' }) {
  const terminal = new Terminal(80, 24);
  const { stdin, stdout } = terminal;
  const listeners = () =>
    ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'unhandledRejection'].map((name) =>
      process.listenerCount(name),
    );
  const shown = showScreen<string>(<App />, {
    language: 'en',
    stdin,
    stdout,
    env,
    summary: () => 'run folder: /runs/x',
  });
  const before = listeners().map((count) => count - 1);
  await expect.poll(() => terminal.text()).toContain('the app');
  expect(terminal.isRaw).toBe(true);
  const wasAlternate = terminal.isAlternate;
  how(terminal);
  const end = await shown.catch((error: Error) => ({ thrown: error.message }));
  await terminal.shown();
  expect(terminal).toMatchObject({ isRaw: false, isAlternate: false });
  expect(listeners()).toEqual(before);
  return { end, wasAlternate, left: terminal.text() };
}

describe('every way out gives the terminal back and leaves the summary', () => {
  test.each<[string, (terminal: Terminal) => void, object]>([
    ['left', (terminal) => terminal.type('d'), { value: 'detached' }],
    ['Ctrl-C', (terminal) => terminal.type(keys.ctrl('c')), { value: undefined }],
    ['SIGTERM', () => process.emit('SIGTERM', 'SIGTERM'), { signal: 'SIGTERM' }],
    ['SIGINT', () => process.emit('SIGINT', 'SIGINT'), { signal: 'SIGINT' }],
    ['an error while drawing', (terminal) => terminal.type('s'), { thrown: 'while drawing' }],
    [
      'an error elsewhere',
      () => process.emit('uncaughtException', new Error('elsewhere')),
      { thrown: 'elsewhere' },
    ],
  ])('%s', async (_name, how, expected) => {
    expect(await showUntil(how)).toEqual({ end: expected, wasAlternate: true, left: 'run folder: /runs/x' });
  });

  test.each<[string, (terminal: Terminal) => void]>([
    ['SIGHUP', () => process.emit('SIGHUP', 'SIGHUP')],
    ['end of input', (terminal) => terminal.close()],
    [
      'a write to nobody',
      ({ stdout }) => stdout.emit('error', Object.assign(new Error('write EIO'), { code: 'EIO' })),
    ],
  ])('%s: nobody is there to read a summary', async (_name, how) => {
    expect(await showUntil(how)).toMatchObject({ end: { signal: 'SIGHUP' }, left: '' });
  });
});

test('a screen reader and a dumb terminal get text that grows downwards', async () => {
  for (const env of [{ TERM: 'xterm', INK_SCREEN_READER: 'true' }, { TERM: 'dumb' }]) {
    const { wasAlternate, left } = await showUntil((terminal) => terminal.type('d'), env);
    expect(wasAlternate).toBe(false);
    expect(left).toContain('run folder: /runs/x');
  }
});

test.each([
  [{}, true, true, 'full'],
  [{ CI: '' }, true, true, 'full'],
  [{ TERM: 'dumb' }, true, true, 'linear'],
  [{ INK_SCREEN_READER: 'true' }, true, true, 'linear'],
  [{}, false, true, 'none'],
  [{}, true, false, 'none'],
])('%j, terminals in %s and out %s: %s', (env, input, output, mode) => {
  expect(screenMode(env, { isTTY: input }, { isTTY: output })).toBe(mode);
});

test('effects are cleaned up on a signal', async () => {
  const terminal = new Terminal(80, 24);
  const cleaned: boolean[] = [];
  function Watcher() {
    useEffect(
      () => () => {
        cleaned.push(true);
      },
      [],
    );
    return <Text>watching</Text>;
  }
  const { stdin, stdout } = terminal;
  const shown = showScreen(<Watcher />, { language: 'en', stdin, stdout, env: { TERM: 'xterm' } });
  await expect.poll(() => terminal.text()).toContain('watching');
  process.emit('SIGTERM', 'SIGTERM');
  await shown;
  expect(cleaned).toEqual([true]);
});
