import { closeSync, openSync, readSync } from 'node:fs';

const newline = 0x0a;
const chunkBytes = 8 * 1024 * 1024;

/**
 * Complete lines of `file` between two bytes, in order, read in big chunks.
 *
 * @returns the byte after the last complete line: a line still being written is left for later
 */
export function* readLines(file: string, from: number, to: number): Generator<Buffer, number> {
  const descriptor = openSync(file, 'r');
  let next = from;
  try {
    let size = chunkBytes;
    while (next < to) {
      const buffer = Buffer.allocUnsafe(Math.min(size, to - next));
      const chunk = buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, next));
      let start = 0;
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
        yield chunk.subarray(start, end);
        start = end + 1;
      }
      if (start === 0 && next + chunk.length >= to) return next; // only a part of a line is left
      size = start === 0 ? size * 2 : chunkBytes; // a line longer than the chunk
      next += start;
    }
    return next;
  } finally {
    closeSync(descriptor);
  }
}

/** The envelope comes first in every line, so its type and step stand within this many bytes. */
const headBytes = 160;
const frequent = /"type": ?"(?:step|stage)".*?"step": ?(\d+)/;

/**
 * Decides by a look at its beginning whether a line of a long history is worth parsing: all that happens rarely, and of `step`
 * and `stage` every `stride`-th step, whole. What looks unfamiliar is kept.
 */
export function keepsLine(line: Buffer, stride: number): boolean {
  if (stride <= 1) return true;
  const step = frequent.exec(line.toString('latin1', 0, headBytes))?.[1];
  return step === undefined || Number(step) % stride === 0;
}
