// A terminal emulator with a keyboard: what a program draws on, as people would see it.
import { PassThrough, Writable } from 'node:stream';
import xterm from '@xterm/headless';

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

/** What a character on the screen looks like. Colours as xterm counts them: a palette index or 0xRRGGBB; null is the terminal's own. */
export interface Cell {
  text: string;
  color: number | null;
  background: number | null;
  bold: boolean;
  inverse: boolean;
}

/** Erasing the display, or from its top left corner downwards as Ink does. */
const fullClear = new RegExp(
  ['\\[[23]J', '\\[(?:1;1)?H\x1b\\[0?J', 'c'].map((rest) => `\x1b${rest}`).join('|'),
  'g',
);

export class Terminal {
  readonly #xterm: InstanceType<typeof xterm.Terminal>;
  readonly #keyboard = new Keyboard();
  readonly #display: Writable;
  /** Bytes written so far. */
  bytes = 0;
  /** How often the whole screen was cleared. */
  fullClears = 0;

  constructor(columns: number, rows: number) {
    this.#xterm = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 });
    const emulator = this.#xterm;
    this.#display = new Writable({
      decodeStrings: false,
      write: (chunk: string | Buffer, _encoding, done) => {
        const text = chunk.toString();
        this.bytes += Buffer.byteLength(text);
        this.fullClears += text.match(fullClear)?.length ?? 0;
        // As a terminal's driver does (ONLCR), in raw mode too.
        emulator.write(text.replace(/\r?\n/g, '\r\n'), done);
      },
    });
    Object.defineProperties(this.#display, {
      isTTY: { value: true },
      columns: { get: () => emulator.cols },
      rows: { get: () => emulator.rows },
    });
  }

  get stdin(): NodeJS.ReadStream {
    return this.#keyboard as unknown as NodeJS.ReadStream;
  }

  get stdout(): NodeJS.WriteStream {
    return this.#display as unknown as NodeJS.WriteStream;
  }

  /** Whether keys arrive one by one and unseen, as a full-screen program wants them. */
  get isRaw(): boolean {
    return this.#keyboard.isRaw;
  }

  /** Whether the alternate screen is shown. */
  get isAlternate(): boolean {
    return this.#xterm.buffer.active.type === 'alternate';
  }

  type(bytes: string): void {
    this.#keyboard.write(bytes);
  }

  /** Sends the end of input, as a terminal that is closed. */
  close(): void {
    this.#keyboard.end();
  }

  resize(columns: number, rows: number): void {
    this.#xterm.resize(columns, rows);
    this.#display.emit('resize');
  }

  /** Resolves once everything written is on the screen. */
  shown(): Promise<void> {
    return new Promise((resolve) => this.#xterm.write('', resolve));
  }

  /** What is shown now, without trailing blanks. */
  text(): string {
    return Array.from({ length: this.#xterm.rows }, (_, row) => this.line(row))
      .join('\n')
      .trimEnd();
  }

  /** One row, without trailing blanks. */
  line(row: number): string {
    return this.#row(row).translateToString().trimEnd();
  }

  cell(column: number, row: number): Cell {
    const found = this.#row(row).getCell(column)!;
    return {
      text: found.getChars(),
      color: found.isFgDefault() ? null : found.getFgColor(),
      background: found.isBgDefault() ? null : found.getBgColor(),
      bold: found.isBold() !== 0,
      inverse: found.isInverse() !== 0,
    };
  }

  /** The cell where `wanted` starts. @throws when it is not on the screen */
  cellOf(wanted: string): Cell {
    for (let row = 0; row < this.#xterm.rows; row += 1) {
      for (let column = 0; column < this.#xterm.cols; column += 1) {
        // The second half of a wide character is a cell of its own, without text.
        const starts = this.#row(row).translateToString(false, column).startsWith(wanted);
        if (starts && this.cell(column, row).text !== '') return this.cell(column, row);
      }
    }
    throw new Error(`${JSON.stringify(wanted)} is not on the screen:\n${this.text()}`);
  }

  dispose(): void {
    this.#xterm.dispose();
  }

  #row(row: number) {
    const buffer = this.#xterm.buffer.active;
    return buffer.getLine(buffer.viewportY + row)!;
  }
}

/** A terminal's input end. */
class Keyboard extends PassThrough {
  readonly isTTY = true;
  isRaw = false;

  setRawMode(raw: boolean) {
    this.isRaw = raw;
    return this;
  }

  ref() {
    return this;
  }

  unref() {
    return this;
  }
}
