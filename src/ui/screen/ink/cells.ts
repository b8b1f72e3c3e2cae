import {
  type AnsiCode,
  ansiCodesToString,
  diffAnsiCodes,
  reduceAnsiCodesIncremental,
  tokenize,
} from '@alcalzone/ansi-tokenize';
import stringWidth, { isNarrow } from '../../layout/string-width.ts';

/** A look, the same object wherever it is the same look. */
class Style {
  readonly codes: readonly AnsiCode[];
  /** Cells of one column in this look, by what they show. */
  readonly narrow = new Map<string, Cell>();
  readonly #following = new Map<string, Style>();
  readonly #ways = new Map<Style, string>();

  constructor(codes: readonly AnsiCode[]) {
    this.codes = codes;
  }

  /** The look after more codes. */
  after(code: string): Style {
    let style = this.#following.get(code);
    if (!style) {
      const added = tokenize(code).filter((token) => token.type === 'ansi');
      style = styleOf(reduceAnsiCodesIncremental([...this.codes], added));
      this.#following.set(code, style);
    }
    return style;
  }

  /** What to write to come from this look to another. */
  to(other: Style): string {
    let way = this.#ways.get(other);
    if (way === undefined) {
      way = ansiCodesToString(diffAnsiCodes([...this.codes], [...other.codes]));
      this.#ways.set(other, way);
    }
    return way;
  }
}

const styles = new Map<string, Style>();

function styleOf(codes: readonly AnsiCode[]): Style {
  const name = codes.map(({ code, endCode }) => `${code} ${endCode}`).join();
  let style = styles.get(name);
  if (!style) {
    style = new Style(codes);
    styles.set(name, style);
  }
  return style;
}

/** The terminal's own look. */
export const plain = styleOf([]);

/** One character in its look. Not to be changed: rows share them. */
export interface Cell {
  /** Empty behind a wide character. */
  readonly value: string;
  readonly style: Style;
  /** Columns; a mark without a letter has none, and is given one. */
  readonly width: number;
}

export const blank: Cell = narrowCell(' ', plain);

function narrowCell(value: string, style: Style): Cell {
  let cell = style.narrow.get(value);
  if (!cell) {
    cell = { value, style, width: 1 };
    style.narrow.set(value, cell);
  }
  return cell;
}

/** A text without line breaks. */
export interface Line {
  cells: readonly Cell[];
  /** Columns. */
  width: number;
  /** Whether all terminals agree on the column of each of its characters. */
  sure: boolean;
  /** The look in which what follows begins: codes need not end with the line. */
  end: Style;
}

const escapeCode = 0x1b;
/** Of emoji, and of what is made of several characters, terminals have opinions. */
const disputed = /\p{Extended_Pictographic}|\p{Regional_Indicator}|^.{2,}$/su;
const ignorable = /^\p{Default_Ignorable_Code_Point}+$/u;

function readLine(text: string, begin: Style): Line {
  const cells: Cell[] = [];
  let style = begin;
  if (isNarrow(text)) {
    for (let at = 0; at < text.length; at += 1) {
      if (text.charCodeAt(at) !== escapeCode) {
        cells.push(narrowCell(text[at]!, style));
        continue;
      }
      const end = text.indexOf('m', at);
      style = style.after(text.slice(at, end + 1));
      at = end;
    }
    return { cells, width: cells.length, sure: true, end: style };
  }
  let width = 0;
  for (const token of tokenize(text)) {
    if (token.type === 'ansi') style = style.after(token.code);
    if (token.type !== 'char' || ignorable.test(token.value)) continue;
    const cell = { value: token.value, style, width: stringWidth(token.value) };
    cells.push(cell);
    width += cell.width;
  }
  const sure = cells.every((cell) => cell.width > 0 && !disputed.test(cell.value));
  return { cells, width, sure, end: style };
}

// What was used for the last frame is kept for the next; what was not is forgotten.
let used = new Map<Style, Map<string, Line>>();
let before: typeof used = new Map();

/** A line read into cells; the same object as long as it is on the screen. */
export function lineOf(text: string, begin: Style = plain): Line {
  let lines = used.get(begin);
  if (!lines) {
    lines = new Map();
    used.set(begin, lines);
  }
  let line = lines.get(text);
  if (!line) {
    line = before.get(begin)?.get(text) ?? readLine(text, begin);
    lines.set(text, line);
  }
  return line;
}

/** Lines that have not been asked for since the last call but one are forgotten. */
export function forgetOldLines(): void {
  [before, used] = [used, new Map()];
}

/** As a terminal takes it: in its own look before and after. */
export function writeCells(cells: readonly (Cell | undefined)[]): string {
  let text = '';
  let style = plain;
  for (const cell of cells) {
    if (cell === undefined) continue;
    if (cell.style !== style) {
      text += style.to(cell.style);
      style = cell.style;
    }
    text += cell.value;
  }
  return text + style.to(plain);
}
