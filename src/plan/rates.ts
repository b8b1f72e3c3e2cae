/**
 * What of a card's, a host's and a link's rate the trainer reaches: every constant of the speed model. Those that are not called an estimate
 * were fitted on 2026-11-27 to what lies in `test/plan/measurements` and is not held out: four H200 over NVLink and through the host, one H200
 * and one H100 alone, shared and in parts, two CPU cores. `node .dev/bench/speed-errors.ts` compares, and fits anew.
 */
export const rates = {
  /** Share of the catalogue's GEMM rate that matrix products reach inside a training, where the card is warm and shapes are as they are. */
  gemm: 0.95,
  /**
   * Share of the same rate that attention's products reach: flash kernels (Dao 2023, section 4.1, has half of a GEMM's), kernels that take a
   * mask, for packed rows, and plain products (an estimate).
   */
  attention: { flash: 0.44, masked: 0.54, eager: 0.4 },
  /** Share of the memory bandwidth at which kernels go through activations, of which some are still in the cache, and through parameters. */
  bandwidth: { activations: 1, parameters: 0.66 },
  /**
   * Seconds for which a kernel keeps a card beside its work: its start, and a tail in which part of the card is idle. On a CPU, which launches
   * and computes in turns, all of that: an estimate, by one run of the demo on two cores that others used as well.
   */
  kernelSeconds: { eager: 8.5e-6, graphed: 4.2e-6, cpu: 35e-6 },
  /** Seconds of the host to launch a kernel, Python's and autograd's included, and its part of a graph that is replayed. Estimates. */
  launchSeconds: { eager: 9e-6, graphed: 0.3e-6, cpu: 0 },
  /** Share of its time that a card computes for ranks that take turns on it: changing over costs the rest. */
  turns: 0.9,
  /** Seconds from the end of a pass to the beginning of the neighbour's, beside what the bytes take; of NCCL and the CPU an estimate. */
  hopSeconds: { nccl: 50e-6, host: 0.17e-3, cpu: 0.3e-3 },
  /** Bytes/s of gloo between two processes of one host, in one direction. */
  gloo: 3.4e9,
  /** Bytes/s of gloo where processes of one host sum their gradients, through the host's memory. */
  glooSum: 0.73e9,
  /** Share of a link's rate that a copy reaches: a tenth to a fifth is protocol (`CardKind.linkBandwidth`). An estimate. */
  link: 0.85,
  /** Seconds of a step beside pipeline and update: rows are chosen, figures gathered and written. */
  stepSeconds: 4e-3,
  /** A core with AVX2 under torch, fp32, FLOP/s. */
  core: 88e9,
};

/** Bytes of a trained parameter that an update reads and writes, all fp32: the norm 4, clipping 8, Adam 28, clearing 4. */
export const UPDATE_TRAFFIC = 44;
/** And where replicas sum their gradients: into one message, and out of it. */
export const REDUCTION_TRAFFIC = 16;

/** What predictions were off by, relatively and without sign: half of them, nine of ten, all. Kept by `test/plan/speed.test.ts`. */
export interface ErrorBounds {
  median: number;
  most: number;
  worst: number;
}

/** Of those that rest on nothing but the rates above; of either half alone, so also of what was held out. */
export const speedError: ErrorBounds = { median: 0.03, most: 0.13, worst: 0.25 };
/** Of those that go by a training of the same kind on the same cards; and of those that go by trainings of other kinds. */
export const calibratedError = {
  exact: { median: 0.03, most: 0.15, worst: 0.3 },
  alike: { median: 0.05, most: 0.15, worst: 0.4 },
} satisfies Record<string, ErrorBounds>;
