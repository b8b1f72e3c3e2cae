import { closeSync, openSync, readSync } from 'node:fs';

const newline = 0x0a;
/** Read at once: what the processor's cache holds. */
const chunkBytes = 1024 * 1024;

/**
 * Complete lines of `file` between two bytes, in order. All of them are read into one buffer: each is valid until the next is asked for.
 *
 * @param keeps whether the line between two bytes of a buffer is wanted; default: every line
 * @returns the byte after the last complete line: a line still being written is left for later
 */
export function* readLines(
  file: string,
  from: number,
  to: number,
  keeps: (buffer: Buffer, start: number, end: number) => boolean = () => true,
): Generator<Buffer, number> {
  const descriptor = openSync(file, 'r');
  try {
    let buffer = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(0, to - from)));
    let next = from;
    // Of a line whose end has not been read yet, at the beginning of the buffer.
    let begun = 0;
    while (next + begun < to) {
      if (begun === buffer.length) buffer = Buffer.concat([buffer], 2 * begun);
      const wanted = Math.min(buffer.length - begun, to - next - begun);
      const got = readSync(descriptor, buffer, begun, wanted, next + begun);
      if (got === 0) break; // cut since its size was taken
      const filled = buffer.subarray(0, begun + got);
      let start = 0;
      for (let end = filled.indexOf(newline, begun); end >= 0; end = filled.indexOf(newline, start)) {
        if (keeps(filled, start, end)) yield filled.subarray(start, end);
        start = end + 1;
      }
      buffer.copyWithin(0, start, filled.length);
      begun = filled.length - start;
      next += start;
    }
    return next;
  } finally {
    closeSync(descriptor);
  }
}

/** The envelope comes first in every line, so its type and step stand within this many bytes. */
const headBytes = 160;
const [typeKey, stepKey, step, stage] = ['"type":', '"step":', '"step"', '"stage"'].map((text) =>
  Buffer.from(text),
) as [Buffer, Buffer, Buffer, Buffer];
const [space, comma, zero, nine] = [0x20, 0x2c, 0x30, 0x39];

/**
 * Decides by a look at its bytes whether a line of a long history is worth parsing: all that happens rarely, and of `step` and `stage` every
 * `stride`-th step, whole. What looks unfamiliar is kept.
 */
export function thinning(stride: number): (buffer: Buffer, start: number, end: number) => boolean {
  // Nearly always at the same place as in the line before.
  let typeAt = 0;
  return (buffer, start, end) => {
    const limit = Math.min(end, start + headBytes);
    if (!holds(buffer, start + typeAt, typeKey)) {
      const found = buffer.subarray(start, limit).indexOf(typeKey);
      if (found < 0) return true;
      typeAt = found;
    }
    let at = skipSpace(buffer, start + typeAt + typeKey.length);
    if (!holds(buffer, at, step) && !holds(buffer, at, stage)) return true;
    at += step.length;
    while (at < limit && !holds(buffer, at, stepKey)) at += 1;
    at = skipSpace(buffer, at + stepKey.length);
    let number = 0;
    const digits = at;
    for (; at < limit && buffer[at]! >= zero && buffer[at]! <= nine; at += 1) {
      number = number * 10 + buffer[at]! - zero;
    }
    return at === digits || buffer[at] !== comma || number % stride === 0;
  };
}

const skipSpace = (buffer: Buffer, at: number) => (buffer[at] === space ? at + 1 : at);

function holds(buffer: Buffer, at: number, wanted: Buffer): boolean {
  for (let index = 0; index < wanted.length; index += 1) {
    if (buffer[at + index] !== wanted[index]) return false;
  }
  return true;
}
