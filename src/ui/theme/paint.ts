import chalk, { type ForegroundColorName } from 'chalk';
import type { Color } from './colors.ts';

/** Text in a look, as a terminal takes it; as many colours as `limitInk` has said. */
export function paintText(text: string, color: Color = '', bold = false): string {
  const colored = color === '' ? text : colorer(color)(text);
  return bold ? chalk.bold(colored) : colored;
}

function colorer(color: Color): (text: string) => string {
  if (color.startsWith('#')) return chalk.hex(color);
  const [, index] = /^ansi256\((\d+)\)$/.exec(color) ?? [];
  return index === undefined ? chalk[color as ForegroundColorName] : chalk.ansi256(Number(index));
}
