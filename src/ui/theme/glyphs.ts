import type { ArrowGlyphs } from '../keys/describe.ts';

/** The signs that pictures and lists are made of, each one column wide. */
export interface Glyphs {
  border: Record<
    'topLeft' | 'top' | 'topRight' | 'right' | 'bottomRight' | 'bottom' | 'bottomLeft' | 'left',
    string
  >;
  bar: {
    full: string;
    /** The last cell of a bar, from nearly empty to nearly full; none where only whole cells can be drawn. */
    partial: readonly string[];
    empty: string;
    /** What is beyond the capacity. */
    over: string;
    /** The predicted value. */
    mark: string;
    /** Where the capacity ends, in a bar that goes beyond it. */
    limit: string;
  };
  /** Levels from lowest to highest. */
  spark: readonly [string, ...string[]];
  /** Whether lines may be drawn in braille (2 x 4 dots a character). */
  braille: boolean;
  /** Points of a chart's line where there is no braille; one a series. */
  points: readonly [string, ...string[]];
  /** A single value worth seeing in a chart. */
  mark: string;
  arrows: ArrowGlyphs;
  /** A decoder layer in a picture of a model, as a brick: its upper row by what is done to it, and the rows below. */
  layer: { trained: string; frozen: string; below: string };
  /** The line between columns, and where it meets the edges. */
  column: { top: string; line: string; bottom: string };
  /** The same, where it can be moved. */
  boundary: { top: string; line: string; bottom: string };
  pointer: string;
  ok: string;
  bad: string;
  warn: string;
  disabled: string;
  bullet: string;
  ellipsis: string;
  /** A line break within a line. */
  lineBreak: string;
  /** Between a number and the C of Celsius. */
  degree: string;
  separator: string;
  spinner: readonly [string, ...string[]];
}

export const unicodeGlyphs: Glyphs = {
  border: {
    topLeft: '╭',
    top: '─',
    topRight: '╮',
    right: '│',
    bottomRight: '╯',
    bottom: '─',
    bottomLeft: '╰',
    left: '│',
  },
  bar: {
    full: '█',
    partial: ['▏', '▎', '▍', '▌', '▋', '▊', '▉'],
    empty: '░',
    over: '▓',
    mark: '┃',
    limit: '│',
  },
  spark: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  braille: true,
  points: ['•'],
  mark: '◆',
  arrows: { up: '↑', down: '↓', left: '←', right: '→' },
  layer: { trained: '▆', frozen: '▃', below: '█' },
  column: { top: '┬', line: '│', bottom: '┴' },
  boundary: { top: '◆', line: '┃', bottom: '◆' },
  pointer: '❯',
  ok: '✓',
  bad: '✗',
  warn: '▲',
  disabled: '⊘',
  bullet: '•',
  ellipsis: '…',
  lineBreak: '⏎',
  degree: '°',
  separator: '·',
  spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
};

export const asciiGlyphs: Glyphs = {
  border: {
    topLeft: '+',
    top: '-',
    topRight: '+',
    right: '|',
    bottomRight: '+',
    bottom: '-',
    bottomLeft: '+',
    left: '|',
  },
  bar: { full: '#', partial: [], empty: '.', over: 'X', mark: '^', limit: '|' },
  spark: ['_', '.', '-', '=', '+', '*', '#'],
  braille: false,
  points: ['*', '.', 'o', '+'],
  mark: '@',
  arrows: { up: 'Up', down: 'Down', left: 'Left', right: 'Right' },
  layer: { trained: '#', frozen: '-', below: '#' },
  column: { top: '+', line: '|', bottom: '+' },
  boundary: { top: '@', line: '@', bottom: '@' },
  pointer: '>',
  ok: '+',
  bad: 'x',
  warn: '!',
  disabled: '-',
  bullet: '*',
  ellipsis: '~',
  lineBreak: '/',
  degree: ' ',
  separator: '|',
  spinner: ['|', '/', '-', '\\'],
};

/**
 * ASCII on request (FT_WIZARD_ASCII=1), on terminals that have little else, and where the locale names another character set than UTF-8. A locale
 * that is not set says nothing, as in most containers.
 */
export function glyphsFor(env: NodeJS.ProcessEnv): Glyphs {
  if (env.FT_WIZARD_ASCII) return env.FT_WIZARD_ASCII === '0' ? unicodeGlyphs : asciiGlyphs;
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || 'UTF-8';
  const limited = env.TERM === 'dumb' || env.TERM === 'linux';
  return limited || !/utf-?8/i.test(locale) ? asciiGlyphs : unicodeGlyphs;
}
