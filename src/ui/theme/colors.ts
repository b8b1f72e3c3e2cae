import type { ColorDepth } from './color-depth.ts';

/** A colour as Ink takes it; the empty string is the terminal's own. */
export type Color = string;

/** Colours by what they mean. None of them is ever the only sign of it. */
export interface Colors {
  text: Color;
  /** What is less important. */
  muted: Color;
  /** Where the eye should go: focus, the key to press. */
  accent: Color;
  ok: Color;
  warn: Color;
  bad: Color;
  border: Color;
  /** Cards, stages, blocks of layers: neighbours differ. Use `series[i % series.length]`. */
  series: readonly [Color, ...Color[]];
}

export type Background = 'dark' | 'light';

/** One colour at each depth: 24 bits, xterm's 256, the terminal's 16. */
type Shades = readonly [hex: string, xterm: number, ansi: string];

type Palette = { [Name in Exclude<keyof Colors, 'text' | 'series'>]: Shades } & {
  series: readonly [Shades, ...Shades[]];
};

const palettes: Record<Background, Palette> = {
  dark: {
    muted: ['#8b93a7', 246, 'gray'],
    accent: ['#5fd7ff', 81, 'cyan'],
    ok: ['#87d787', 114, 'green'],
    warn: ['#ffd75f', 221, 'yellow'],
    bad: ['#ff6b6b', 203, 'red'],
    border: ['#585f73', 240, 'gray'],
    series: [
      ['#5fafff', 75, 'blue'],
      ['#ffaf5f', 215, 'yellow'],
      ['#5fd7af', 79, 'green'],
      ['#d787ff', 177, 'magenta'],
      ['#87d7ff', 117, 'cyan'],
      ['#ff87af', 211, 'magentaBright'],
      ['#d7d75f', 185, 'yellowBright'],
      ['#afafff', 147, 'blueBright'],
    ],
  },
  light: {
    muted: ['#5f6673', 241, 'gray'],
    accent: ['#005faf', 25, 'blue'],
    ok: ['#00752b', 28, 'green'],
    // Of a terminal's own colours, yellow, green and cyan are pale on white.
    warn: ['#8a5a00', 94, 'magenta'],
    bad: ['#b8001f', 124, 'red'],
    border: ['#a0a6b2', 247, 'gray'],
    series: [
      ['#005fd7', 26, 'blue'],
      ['#af5f00', 130, 'magenta'],
      ['#00875f', 29, 'green'],
      ['#8700af', 91, 'red'],
      ['#007a99', 31, 'cyan'],
      ['#c0226b', 161, 'magentaBright'],
      ['#6b6b00', 58, 'yellow'],
      ['#5f5faf', 61, 'blueBright'],
    ],
  },
};

/** The colours for a terminal. */
export function colorsFor(depth: ColorDepth, background: Background): Colors {
  const shade = ([hex, xterm, ansi]: Shades): Color =>
    ({ true: hex, '256': `ansi256(${xterm})`, '16': ansi, none: '' })[depth];
  const { series, muted, accent, ok, warn, bad, border } = palettes[background];
  const [first, ...others] = series;
  return {
    text: '',
    muted: shade(muted),
    accent: shade(accent),
    ok: shade(ok),
    warn: shade(warn),
    bad: shade(bad),
    border: shade(border),
    series: [shade(first), ...others.map(shade)],
  };
}

/**
 * Whether the terminal's background is light: COLORFGBG (`foreground;background`), which rxvt, Konsole and others set; dark where nothing is
 * said. The terminal is not asked (OSC 11): its answer would be mixed into what is typed.
 */
export function backgroundOf(env: NodeJS.ProcessEnv): Background {
  const index = Number(env.COLORFGBG?.split(';').at(-1) || NaN);
  return index === 7 || index === 15 ? 'light' : 'dark';
}
