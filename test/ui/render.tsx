// Components rendered into a terminal, as people would see them.
import { render } from 'ink';
import type { ReactNode } from 'react';
import { Surroundings } from '../../src/ui/screen/surroundings.tsx';
import { catalogueFor, type Language } from '../../src/ui/strings/catalogue.ts';
import { type ColorDepth, limitInk } from '../../src/ui/theme/color-depth.ts';
import { type Background, colorsFor } from '../../src/ui/theme/colors.ts';
import { asciiGlyphs, unicodeGlyphs } from '../../src/ui/theme/glyphs.ts';
import { type Cell, keys, Terminal } from './terminal.ts';

export { keys } from './terminal.ts';

export interface ScreenOptions {
  columns?: number;
  rows?: number;
  language?: Language;
  depth?: ColorDepth;
  background?: Background;
  ascii?: boolean;
  /** As a screen reader gets it. */
  linear?: boolean;
}

export interface Screen {
  /** What is shown now, without trailing blanks. */
  text(): string;
  /** One row, without trailing blanks. */
  line(row: number): string;
  cell(column: number, row: number): Cell;
  /** The cell where `text` starts. @throws when it is not on the screen */
  cellOf(text: string): Cell;
  /** Types keys one after another, each as the bytes a terminal sends (see `keys`), and waits until what they lead to is drawn. */
  press(...bytes: string[]): Promise<void>;
  /** As a terminal with bracketed paste does. */
  paste(text: string): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  rerender(node: ReactNode): Promise<void>;
  /** Waits until all that React wants to draw is on the screen. */
  settle(): Promise<void>;
  /** Bytes written so far. */
  bytes(): number;
  /** How often the whole screen was cleared. */
  fullClears(): number;
  /** What the program is left with: the value given to `useLeave`'s function. Rejects with what was thrown. */
  left: Promise<unknown>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Renders a component with words, theme and keys around it.
 *
 * @example
 * await using screen = await renderScreen(<KeyFooter />, { columns: 60, rows: 20, language: 'zh' });
 * await screen.press(keys.down, 'x');
 * expect(screen.text()).toContain('…');
 */
export async function renderScreen(node: ReactNode, options: ScreenOptions = {}): Promise<Screen> {
  const { columns = 80, rows = 24, language = 'en', depth = 'none', background = 'dark' } = options;
  const terminal = new Terminal(columns, rows);
  const { stdin, stdout } = terminal;
  limitInk(depth, false);

  const theme = {
    depth,
    colors: colorsFor(depth, background),
    glyphs: options.ascii ? asciiGlyphs : unicodeGlyphs,
  };
  const surround = (inner: ReactNode) => (
    <Surroundings strings={catalogueFor(language)} theme={theme}>
      {inner}
    </Surroundings>
  );
  const instance = render(surround(node), {
    stdin,
    stdout,
    alternateScreen: !options.linear,
    incrementalRendering: true,
    isScreenReaderEnabled: options.linear ?? false,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
  });
  const left = instance.waitUntilExit();
  left.catch(() => {}); // Whoever is interested awaits it.

  const settle = async () => {
    // React's work and Ink's frame are each a task of their own, and effects may ask for another round.
    for (let round = 0; round < 3; round += 1) {
      await instance.waitUntilRenderFlush();
      await terminal.shown();
    }
  };
  await settle();

  return {
    left,
    settle,
    text: () => terminal.text(),
    line: (row) => terminal.line(row),
    cell: (column, row) => terminal.cell(column, row),
    cellOf: (wanted) => terminal.cellOf(wanted),
    bytes: () => terminal.bytes,
    fullClears: () => terminal.fullClears,
    async press(...bytes) {
      for (const sequence of bytes) {
        terminal.type(sequence);
        // A lone Esc could be the start of something longer: Ink waits 20 ms for it.
        if (sequence === keys.escape) await new Promise((resolve) => setTimeout(resolve, 30));
        await settle();
      }
    },
    async paste(pasted) {
      terminal.type(`\x1b[200~${pasted}\x1b[201~`);
      await settle();
    },
    async resize(newColumns, newRows) {
      terminal.resize(newColumns, newRows);
      await settle();
    },
    async rerender(newNode) {
      instance.rerender(surround(newNode));
      await settle();
    },
    async [Symbol.asyncDispose]() {
      instance.unmount();
      await left.catch(() => {});
      terminal.dispose();
    },
  };
}
