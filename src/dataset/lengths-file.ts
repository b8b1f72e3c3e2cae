import { open } from 'node:fs/promises';

/** `{"what": "...", "lengths": [83, ...`: a description may come before the lengths. */
const beginning = /^\s*\{\s*(?:"(?!lengths")[^"]*"\s*:\s*"[^"]*"\s*,\s*)*"lengths"\s*:\s*\[/;

/**
 * Whether a dataset file holds nothing but lengths of rows, tokens: `{"lengths": [83, 195]}`. It stands in for data that is not
 * here; its rows are filled with random tokens. Only the beginning of the file is looked at.
 */
export async function isLengthsFile(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    return beginning.test(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await handle.close();
  }
}
