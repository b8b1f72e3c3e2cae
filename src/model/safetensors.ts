import { z } from 'zod';
import { UserError } from '../errors.ts';
import type { StoredTensor } from './checkpoint.ts';
import type { OpenFile } from './files.ts';

/** The header's length stands in front of it. */
const prefixBytes = 8;

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
 * Reads the header of a safetensors file (8 bytes of length, little-endian; JSON; data) and checks that all the data it
 * announces is there.
 *
 * @throws UserError `checkpoint-damaged`
 */
export async function readSafetensors(file: OpenFile): Promise<SafetensorsFile> {
  const { name, size } = file;
  if (size < prefixBytes) throw truncated(name, size, prefixBytes);
  const dataStart = prefixBytes + headerLength(await file.read(0, prefixBytes), name);
  if (dataStart > size) throw truncated(name, size, dataStart);
  const header = await file.read(prefixBytes, dataStart - prefixBytes);
  const tensors = parseHeader(header.toString('utf8'), name);
  const end = dataStart + Math.max(0, ...[...tensors.values()].map((tensor) => tensor.end));
  if (end > size) throw truncated(name, size, end);
  return { tensors, bytes: size };
}

function headerLength(prefix: Buffer, file: string): number {
  if (prefix.toString('latin1').startsWith('version ')) {
    throw new UserError('checkpoint-damaged/lfs-pointer', { file });
  }
  const length = prefix.readBigUInt64LE();
  if (length === 0n || length > BigInt(maxHeaderBytes))
    throw new UserError('checkpoint-damaged/header-length', { file, bytes: length });
  return Number(length);
}

/** A tensor and where its data ends, counted from the end of the header. */
type Placed = StoredTensor & { end: number };

function parseHeader(text: string, file: string): Map<string, Placed> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw new UserError('checkpoint-damaged/header', { file });
  }
  if (typeof header !== 'object' || header === null)
    throw new UserError('checkpoint-damaged/header', { file });
  const tensors = new Map<string, Placed>();
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const entry = entrySchema.safeParse(value);
    if (!entry.success) throw new UserError('checkpoint-damaged/entry', { file, tensor: name });
    const { dtype, shape, data_offsets } = entry.data;
    const [begin, end] = data_offsets;
    tensors.set(name, { dtype, shape, bytes: end - begin, file, end });
  }
  return tensors;
}

function truncated(file: string, has: number, needs: number): UserError {
  return new UserError('checkpoint-damaged/cut-short', { file, has, needs });
}
