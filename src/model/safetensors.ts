import { type FileHandle, open } from 'node:fs/promises';
import { z } from 'zod';
import { UserError } from '../errors.ts';
import type { StoredTensor } from './checkpoint.ts';

/** The most that the format's own library accepts, bytes (`MAX_HEADER_SIZE` of huggingface/safetensors). */
const maxHeaderBytes = 100_000_000;

/** A header entry other than `__metadata__`. */
const entrySchema = z.looseObject({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

/** A safetensors file, as far as its header tells. */
export interface SafetensorsFile {
  tensors: Map<string, StoredTensor>;
  /** Size of the file. */
  bytes: number;
}

/**
 * Reads the header of a local safetensors file (8 bytes of length, little-endian; JSON; data) and checks that all the
 * data it announces is there.
 *
 * @throws UserError `checkpoint-damaged`
 */
export async function readSafetensors(file: string): Promise<SafetensorsFile> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const header = await readHeader(handle, size, file);
    const tensors = parseHeader(header.text, file);
    const end = Math.max(0, ...[...tensors.values()].map(({ end }) => end));
    if (header.dataStart + end > size) throw truncated(file, size, header.dataStart + end);
    return { tensors, bytes: size };
  } finally {
    await handle.close();
  }
}

async function readHeader(
  handle: FileHandle,
  size: number,
  file: string,
): Promise<{ text: string; dataStart: number }> {
  if (size < 8) throw truncated(file, size, 8);
  const prefix = Buffer.alloc(8);
  await handle.read(prefix, 0, 8, 0);
  if (prefix.toString('latin1').startsWith('version ')) {
    throw new UserError(
      'checkpoint-damaged',
      `${file} is a Git LFS pointer, not the weights themselves`,
      `Run "git lfs pull" in its folder.`,
    );
  }
  const length = prefix.readBigUInt64LE();
  if (length === 0n || length > BigInt(maxHeaderBytes)) throw malformed(file, `a header of ${length} bytes`);
  const dataStart = 8 + Number(length);
  if (dataStart > size) throw truncated(file, size, dataStart);
  const header = Buffer.alloc(Number(length));
  await handle.read(header, 0, header.length, 8);
  return { text: header.toString('utf8'), dataStart };
}

/** A tensor and where its data ends, counted from the end of the header. */
type Placed = StoredTensor & { end: number };

function parseHeader(text: string, file: string): Map<string, Placed> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw malformed(file, 'a header that is not JSON');
  }
  if (typeof header !== 'object' || header === null) throw malformed(file, 'a header that is no JSON object');
  const tensors = new Map<string, Placed>();
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const entry = entrySchema.safeParse(value);
    if (!entry.success) throw malformed(file, `a malformed entry for ${name}`);
    const { dtype, shape, data_offsets } = entry.data;
    const [begin, end] = data_offsets;
    tensors.set(name, { dtype, shape, bytes: end - begin, file, end });
  }
  return tensors;
}

function truncated(file: string, has: number, needs: number): UserError {
  return new UserError(
    'checkpoint-damaged',
    `${file} is cut short: it has ${has} of at least ${needs} bytes`,
    'Its download or copy did not finish; fetch the file again.',
  );
}

function malformed(file: string, what: string): UserError {
  return new UserError(
    'checkpoint-damaged',
    `${file} is no valid safetensors file: it has ${what}`,
    'Fetch the file again from where the model was published.',
  );
}
