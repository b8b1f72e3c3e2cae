/** Dots of a character cell: 2 across, 4 down. Bits as Unicode numbers them, from U+2800. */
const bits = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** A grid of dots, drawn as braille characters. */
export class DotCanvas {
  /** Dots across and down. */
  readonly across: number;
  readonly down: number;
  readonly #cells: Uint8Array;
  readonly #columns: number;

  /** @param columns and @param rows in characters */
  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.across = columns * 2;
    this.down = rows * 4;
    this.#cells = new Uint8Array(columns * rows);
  }

  /** Sets the dots of column `x` between two rows, both included; what is outside of the grid is left out. */
  column(x: number, from: number, to: number): void {
    if (x < 0 || x >= this.across) return;
    const [top, bottom] = from < to ? [from, to] : [to, from];
    for (let y = Math.max(0, top); y <= Math.min(this.down - 1, bottom); y += 1) {
      const cell = Math.floor(y / 4) * this.#columns + Math.floor(x / 2);
      this.#cells[cell]! |= bits[y % 4]![x % 2]!;
    }
  }

  /** The character at a cell; null where no dot is set. */
  at(column: number, row: number): string | null {
    const dots = this.#cells[row * this.#columns + column]!;
    return dots === 0 ? null : String.fromCharCode(0x2800 + dots);
  }
}
