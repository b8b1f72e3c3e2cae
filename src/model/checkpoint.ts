import { UserError } from '../errors.ts';
import { elements, type TensorShapes } from './tensors.ts';

/** One tensor as a safetensors header declares it. */
export interface StoredTensor {
  /** As safetensors spells it: `F16`, `BF16`, `F32`, ... */
  dtype: string;
  shape: number[];
  /** Bytes of its data. */
  bytes: number;
  /** File it is in, as an error should call it. */
  file: string;
}

/** What the headers of a checkpoint say. */
export interface Checkpoint {
  /** Folder or hub id, as an error should call it. */
  where: string;
  tensors: Map<string, StoredTensor>;
  /** All its safetensors files together. */
  bytes: number;
}

/** The figures of a checkpoint whose headers agree with its config. */
export interface CheckedWeights {
  bytes: number;
  largestTensorBytes: number;
}

/** Bytes of an element, of the types that can be trained from. */
const elementBytes: Record<string, number> = { F16: 2, BF16: 2, F32: 4 };

/**
 * Holds the headers against the tensors that config.json promises. Tensors beyond those are let pass, as transformers
 * does: old Llama checkpoints store rotary tables, some tied ones a copy of the head.
 *
 * @throws UserError `checkpoint-mismatch` for a tensor that is missing or of the wrong shape, `unsupported-dtype`
 */
export function checkCheckpoint(checkpoint: Checkpoint, expected: TensorShapes): CheckedWeights {
  const missing = [...expected.keys()].filter((name) => !checkpoint.tensors.has(name));
  if (missing.length > 0) {
    throw new UserError('checkpoint-mismatch', {
      where: checkpoint.where,
      tensor: missing[0]!,
      more: missing.length - 1,
    });
  }
  let largestTensorBytes = 0;
  for (const [name, shape] of expected) {
    const stored = checkpoint.tensors.get(name)!;
    checkTensor(name, stored, shape);
    largestTensorBytes = Math.max(largestTensorBytes, stored.bytes);
  }
  return { bytes: checkpoint.bytes, largestTensorBytes };
}

function checkTensor(name: string, { dtype, shape, bytes, file }: StoredTensor, expected: number[]): void {
  const width = elementBytes[dtype];
  if (width === undefined) {
    throw new UserError('unsupported-dtype', { file, tensor: name, dtype });
  }
  if (shape.length !== expected.length || shape.some((size, axis) => size !== expected[axis])) {
    throw new UserError('checkpoint-mismatch/shape', { file, tensor: name, shape, expected });
  }
  if (bytes !== elements(shape) * width) {
    throw new UserError('checkpoint-damaged/bytes', {
      file,
      tensor: name,
      bytes,
      needs: elements(shape) * width,
    });
  }
}
