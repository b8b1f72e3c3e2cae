import { WriteStream } from 'node:tty';
import chalk from 'chalk';

/** How many colours the terminal shows. */
export type ColorDepth = 'none' | '16' | '256' | 'true';

/**
 * How many colours to use. FORCE_COLOR, NO_COLOR, COLORTERM, TERM and the rest are read as Node itself reads them.
 *
 * @param isTTY whether the output is a terminal; what is not gets colours only by FORCE_COLOR
 */
export function colorDepth(env: NodeJS.ProcessEnv, isTTY: boolean): ColorDepth {
  if (!isTTY && env.FORCE_COLOR === undefined) return 'none';
  // By no-color.org an empty NO_COLOR says nothing; Node takes it for a wish.
  const { NO_COLOR, ...others } = env;
  const bits = WriteStream.prototype.getColorDepth(NO_COLOR ? env : others);
  return bits >= 24 ? 'true' : bits >= 8 ? '256' : bits >= 4 ? '16' : 'none';
}

/**
 * Makes Ink, which paints with chalk, write no more than the terminal shows. Without colours, bold and inverse remain, unless the
 * terminal is a dumb one.
 */
export function limitInk(depth: ColorDepth, dumb: boolean): void {
  chalk.level = dumb ? 0 : depth === 'true' ? 3 : depth === '256' ? 2 : 1;
}
