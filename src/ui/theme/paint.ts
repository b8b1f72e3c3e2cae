import chalk, { type ForegroundColorName } from 'chalk';
import type { Color } from './colors.ts';

/** Text in a look, as a terminal takes it; as many colours as `limitInk` has said. */
export function paintText(text: string, color: Color = '', bold = false, inverse = false): string {
  const colored = color === '' ? text : colorer(color)(text);
  const weighty = bold ? chalk.bold(colored) : colored;
  return inverse ? chalk.inverse(weighty) : weighty;
}

const colorers = new Map<string, (text: string) => string>();

function colorer(color: Color): (text: string) => string {
  const name = `${chalk.level} ${color}`;
  const known = colorers.get(name);
  if (known) return known;
  const made = makeColorer(color);
  colorers.set(name, made);
  return made;
}

function makeColorer(color: Color): (text: string) => string {
  if (color.startsWith('#')) return chalk.hex(color);
  const [, index] = /^ansi256\((\d+)\)$/.exec(color) ?? [];
  return index === undefined ? chalk[color as ForegroundColorName] : chalk.ansi256(Number(index));
}
