import { render, Text } from 'ink';
import type { ReactNode } from 'react';
import { catalogueFor, type Language } from '../strings/catalogue.ts';
import { limitInk } from '../theme/color-depth.ts';
import type { Background } from '../theme/colors.ts';
import { themeFor } from '../theme/theme.ts';
import { screenMode } from './mode.ts';
import type { Size } from './size.ts';
import { Surroundings } from './surroundings.tsx';
import { Viewport } from './viewport.tsx';
import { type Cause, type EndSignal, watchWaysOut } from './ways-out.ts';

export interface ScreenOptions {
  language: Language;
  /** What `--theme` said; otherwise found out. */
  background?: Background;
  /** Below it, people are told what is needed instead. Default: 60 x 20. */
  minimum?: Size;
  /** Text for the main screen once this one is left, however that happens; null for none. */
  summary?: () => string | null;
  stdin?: NodeJS.ReadStream;
  stdout?: NodeJS.WriteStream;
  stderr?: NodeJS.WriteStream;
  env?: NodeJS.ProcessEnv;
}

/** How a screen was left: by `useLeave()`, with its value, or because the process was told to end. */
export type ScreenEnd<T> = { value: T | undefined } | { signal: EndSignal };

/**
 * Shows `app` until it is left, and gives the terminal back as it was, on every way out: left, Ctrl-C, SIGTERM, SIGHUP, a terminal that is
 * gone, an error thrown anywhere. The caller ends the process; after a signal, with 128 + its number.
 *
 * @throws what was thrown while it was shown, once the terminal is restored
 */
export async function showScreen<T>(app: ReactNode, options: ScreenOptions): Promise<ScreenEnd<T>> {
  const {
    stdin = process.stdin,
    stdout = process.stdout,
    stderr = process.stderr,
    env = process.env,
  } = options;
  const theme = themeFor(env, stdout.isTTY, options.background);
  const dumb = env.TERM === 'dumb';
  const linear = screenMode(env, stdin, stdout) === 'linear';
  limitInk(theme.depth, dumb);

  const instance = render(
    <Surroundings strings={catalogueFor(options.language)} theme={theme}>
      <Viewport minimum={options.minimum ?? { columns: 60, rows: 20 }}>{app}</Viewport>
      {dumb && <Text>{'\n'}</Text>}
    </Surroundings>,
    {
      stdin,
      stdout,
      stderr,
      alternateScreen: !linear,
      incrementalRendering: true,
      // A key must not wait for the time of the next frame: a frame takes a few milliseconds, and is made for keys and once a second.
      maxFps: 120,
      isScreenReaderEnabled: linear,
      // One frame below the other: such a terminal cannot go back to replace one.
      debug: dumb,
      exitOnCtrlC: false,
      // Ink takes a terminal for a log when CI is set, even to nothing.
      interactive: !dumb,
    },
  );
  let cause: Cause | undefined;
  const stopWatching = watchWaysOut(stdin, stdout, (found) => {
    cause = found;
    instance.unmount();
  });
  try {
    const value = (await instance.waitUntilExit()) as T | undefined;
    if (!cause) return { value };
    if ('error' in cause) throw cause.error;
    return cause;
  } finally {
    stopWatching();
    if (cause && 'signal' in cause && cause.signal === 'SIGHUP') {
      // Nobody reads it any more, and what is still on its way there may fail.
      stdout.on('error', () => {});
    } else {
      // The last line that a screen reader was given is not finished.
      if (linear && !dumb) stdout.write('\n');
      const text = options.summary?.();
      if (text) stdout.write(`${text}\n`);
    }
  }
}
