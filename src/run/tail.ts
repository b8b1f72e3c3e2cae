import { sizeOf } from './events-file.ts';
import { readLines } from './history.ts';

/** Reads a growing file of lines: first its end, then what was added since. */
export class FileTail {
  readonly #file: string;
  readonly #maxBytes: number;
  #next: number | null = null;

  /** @param maxBytes read at most at once; of more, the newest counts */
  constructor(file: string, maxBytes: number) {
    this.#file = file;
    this.#maxBytes = maxBytes;
  }

  /** Complete lines since the last call; none while there is no such file. */
  read(): string[] {
    const size = sizeOf(this.#file);
    if (size === this.#next || size === 0) return [];
    const end = Math.max(0, size - this.#maxBytes);
    // Shorter than before: another file of the same name.
    const goesOn = this.#next !== null && this.#next <= size && this.#next >= end;
    const reader = readLines(this.#file, goesOn ? this.#next! : end, size);
    const lines: string[] = [];
    for (;;) {
      const { value, done } = reader.next();
      if (done) {
        this.#next = value;
        break;
      }
      lines.push(value.toString('utf8'));
    }
    // Begun in the middle of a line.
    return goesOn || end === 0 ? lines : lines.slice(1);
  }
}
