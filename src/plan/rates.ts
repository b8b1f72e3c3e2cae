/**
 * What of a card's, a host's and a link's rate the trainer reaches: every constant of the speed model. `test/plan/measurements` has what was
 * measured; `node .dev/bench/speed-errors.ts` compares, and fits these anew. Fitted on 2026-11-27.
 */
export const rates = {
  /** Share of the catalogue's GEMM rate that matrix products reach inside a training, where the card is warm and shapes are as they are. */
  gemm: 0.95,
  /**
   * Share of the same rate that attention's products reach: flash kernels (Dao 2023, section 4.1, has half of a GEMM's), kernels that take a
   * mask, for packed rows, and plain products.
   */
  attention: { flash: 0.4, masked: 0.52, eager: 0.4 },
  /** Share of the memory bandwidth at which element-wise kernels go through their tensors; some of these are still in the cache. */
  bandwidth: 1,
  /** Seconds for which a kernel keeps a card beside its work: its start, and a tail in which part of the card is idle. */
  kernelSeconds: 4.2e-6,
  /** Seconds of the host to launch a kernel, Python's and autograd's included, and its part of a graph that is replayed. */
  launchSeconds: { eager: 9e-6, graphed: 0.3e-6 },
  /** Share of its time that a card computes for ranks that take turns on it: changing over costs the rest. */
  turns: 0.84,
  /** Seconds from the end of a pass to the beginning of the neighbour's, beside what the bytes take. */
  hopSeconds: { nccl: 50e-6, host: 0.25e-3, cpu: 0.3e-3 },
  /** Bytes/s of gloo between two processes of one host, in one direction. */
  gloo: 3.5e9,
  /** Share of a link's rate that a copy reaches: a tenth to a fifth is protocol (`CardKind.linkBandwidth`). */
  link: 0.85,
  /** Seconds of a step beside pipeline and update: rows are chosen, figures gathered and written. */
  stepSeconds: 3e-3,
  /** A core with AVX2 under torch, fp32, FLOP/s. */
  core: 90e9,
};

/** Bytes that Adam's step and the norm before it read and write of a trained parameter: gradient, weight and two moments, fp32. */
export const ADAM_TRAFFIC = 36;

/** What predictions were off by, relatively and without sign, over all that was measured: kept by `test/plan/speed.test.ts`. */
export const speedError = { median: 0.03, worst: 0.1 };

/** And where a training on such cards had been measured before: one of the same kind, or another. */
export const calibratedError = { exact: 0.05, alike: 0.1 };
