// Ink rendered into a real terminal emulator, as people would see it.
import { PassThrough, Writable } from 'node:stream';
import xterm from '@xterm/headless';
import { render } from 'ink';
import type { ReactNode } from 'react';
import { Surroundings } from '../../src/ui/screen/surroundings.tsx';
import { catalogueFor, type Language } from '../../src/ui/strings/catalogue.ts';
import { type ColorDepth, limitInk } from '../../src/ui/theme/color-depth.ts';
import { type Background, colorsFor } from '../../src/ui/theme/colors.ts';
import { asciiGlyphs, unicodeGlyphs } from '../../src/ui/theme/glyphs.ts';

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

/** What a character on the screen looks like. Colours as xterm counts them: a palette index or 0xRRGGBB; null is the terminal's own. */
export interface Cell {
  text: string;
  color: number | null;
  background: number | null;
  bold: boolean;
  inverse: boolean;
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

/** What a terminal sends for keys. */
export const keys = {
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  home: '\x1b[H',
  end: '\x1b[F',
  pageUp: '\x1b[5~',
  pageDown: '\x1b[6~',
  delete: '\x1b[3~',
  enter: '\r',
  escape: '\x1b',
  tab: '\t',
  shiftTab: '\x1b[Z',
  backspace: '\x7f',
  ctrl: (letter: string) => String.fromCharCode(letter.toUpperCase().charCodeAt(0) - 64),
};

/** Erasing the display, or from its top left corner downwards as Ink does. */
const fullClear = new RegExp(
  ['\\[[23]J', '\\[(?:1;1)?H\x1b\\[0?J', 'c'].map((rest) => `\x1b${rest}`).join('|'),
  'g',
);

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
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 });
  const stdin = new Keyboard();
  const stdout = new Display(terminal);
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
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
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
      await stdout.shown();
    }
  };
  const line = (row: number) => terminal.buffer.active.getLine(row)?.translateToString().trimEnd() ?? '';
  const text = () =>
    Array.from({ length: terminal.rows }, (_, row) => line(row))
      .join('\n')
      .trimEnd();
  const cell = (column: number, row: number): Cell => {
    const found = terminal.buffer.active.getLine(row)!.getCell(column)!;
    return {
      text: found.getChars(),
      color: found.isFgDefault() ? null : found.getFgColor(),
      background: found.isBgDefault() ? null : found.getBgColor(),
      bold: found.isBold() !== 0,
      inverse: found.isInverse() !== 0,
    };
  };
  await settle();

  return {
    left,
    settle,
    text,
    line,
    cell,
    cellOf(wanted) {
      for (let row = 0; row < terminal.rows; row += 1) {
        for (let column = 0; column < terminal.cols; column += 1) {
          const rest = terminal.buffer.active.getLine(row)!.translateToString(false, column);
          if (cell(column, row).text !== '' && rest.startsWith(wanted)) return cell(column, row);
        }
      }
      throw new Error(`${JSON.stringify(wanted)} is not on the screen:\n${text()}`);
    },
    async press(...bytes) {
      for (const sequence of bytes) {
        stdin.write(sequence);
        // A lone Esc could be the start of something longer: Ink waits 20 ms for it.
        if (sequence === keys.escape) await new Promise((resolve) => setTimeout(resolve, 30));
        await settle();
      }
    },
    async paste(pasted) {
      stdin.write(`\x1b[200~${pasted}\x1b[201~`);
      await settle();
    },
    async resize(newColumns, newRows) {
      terminal.resize(newColumns, newRows);
      stdout.emit('resize');
      await settle();
    },
    async rerender(newNode) {
      instance.rerender(surround(newNode));
      await settle();
    },
    bytes: () => stdout.bytes,
    fullClears: () => stdout.fullClears,
    async [Symbol.asyncDispose]() {
      instance.unmount();
      await left.catch(() => {});
      terminal.dispose();
    },
  };
}

/** A terminal's output end. */
class Display extends Writable {
  readonly isTTY = true;
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  bytes = 0;
  fullClears = 0;

  constructor(terminal: InstanceType<typeof xterm.Terminal>) {
    super({ decodeStrings: false });
    this.#terminal = terminal;
  }

  get columns() {
    return this.#terminal.cols;
  }

  get rows() {
    return this.#terminal.rows;
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void) {
    const text = chunk.toString();
    this.bytes += Buffer.byteLength(text);
    this.fullClears += text.match(fullClear)?.length ?? 0;
    // In raw mode a terminal does not return the carriage by itself, but its driver still does (ONLCR).
    this.#terminal.write(text.replace(/\r?\n/g, '\r\n'), done);
  }

  /** Resolves once everything written is on the screen. */
  shown(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write('', resolve));
  }
}

/** A terminal's input end. */
class Keyboard extends PassThrough {
  readonly isTTY = true;
  readonly isRaw = false;

  setRawMode() {
    return this;
  }

  ref() {
    return this;
  }

  unref() {
    return this;
  }
}
