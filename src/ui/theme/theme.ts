import { createContext, use } from 'react';
import { type ColorDepth, colorDepth } from './color-depth.ts';
import { type Background, backgroundOf, type Colors, colorsFor } from './colors.ts';
import { type Glyphs, glyphsFor, unicodeGlyphs } from './glyphs.ts';

/** How things look on this terminal. */
export interface Theme {
  depth: ColorDepth;
  colors: Colors;
  glyphs: Glyphs;
}

/**
 * The theme for a terminal.
 *
 * @param background what `--theme` said
 */
export function themeFor(
  env: NodeJS.ProcessEnv,
  isTTY: boolean,
  background: Background = backgroundOf(env),
): Theme {
  const depth = colorDepth(env, isTTY);
  return { depth, colors: colorsFor(depth, background), glyphs: glyphsFor(env) };
}

export const ThemeContext = createContext<Theme>({
  depth: 'none',
  colors: colorsFor('none', 'dark'),
  glyphs: unicodeGlyphs,
});

/** Colours and signs: `const { colors, glyphs } = useTheme()`. */
export const useTheme = (): Theme => use(ThemeContext);
