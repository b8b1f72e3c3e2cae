import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Output } from '../../src/commands/output.ts';

let written: string;
beforeEach(() => {
  written = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += text;
    return true;
  });
  Object.defineProperty(process.stdout, 'isTTY', { value: true, configurable: true });
});
afterEach(() => {
  Object.defineProperty(process.stdout, 'isTTY', { value: false, configurable: true });
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

function speak(env: Record<string, string>): string {
  vi.stubEnv('INK_SCREEN_READER', '');
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const output = new Output();
  output.status('Reading');
  output.progress('Fetching');
  output.say('Done.');
  return written;
}

test('a line is replaced where a terminal can do it', () => {
  expect(speak({ TERM: 'xterm' })).toBe('Reading\r\x1b[KFetching\r\x1b[KDone.\n');
});

test.each([[{ TERM: 'dumb' }], [{ TERM: 'xterm', INK_SCREEN_READER: 'true' }]])(
  '%j: no line is replaced, and steps of work have lines of their own',
  (env) => {
    expect(speak(env)).toBe('Fetching\nDone.\n');
  },
);

test('only a screen reader is spoken to', () => {
  expect(new Output().isSpoken).toBe(false);
  vi.stubEnv('INK_SCREEN_READER', 'true');
  expect(new Output().isSpoken).toBe(true);
});
