/** GEMM rates in TFLOP/s as torch reaches them with that storage type; null where the card cannot do it. */
export interface GemmRates {
  fp16: number;
  bf16: number | null;
  fp32: number;
}

/** What a GPU can do, from the catalogue; the same for every card of a kind. */
export interface CardKind {
  /** Short id accepted in specs such as `2xP40`: lower case, e.g. `p40`, `3090`, `a100-80g`. */
  id: string;
  /** As nvidia-smi prints it, e.g. `Tesla P40`. */
  name: string;
  memoryBytes: number;
  /** CUDA compute capability, e.g. `6.1`. */
  computeCapability: string;
  gemm: GemmRates;
  /** Device memory bandwidth, bytes/s. */
  memoryBandwidth: number;
  /** Host link (PCIe), bytes/s one way, as the link signals: what a copy reaches is a tenth to a fifth less. */
  linkBandwidth: number;
  /** True for a card the catalogue does not list: its rates are guessed from its generation and memory. */
  estimated?: boolean;
}

/** A process holding memory on a card. */
export interface CardProcess {
  pid: number;
  name: string;
  usedBytes: number | null;
}

/** A real card that a smaller one stands on, together with others. */
export interface Emulation {
  on: { index: number; name: string; freeBytes: number };
  /** Share of its multiprocessors, percent; null where nobody divides them. */
  smPercent: number | null;
}

/** One GPU of a box: a real one as detected, or an imagined one from a spec. */
export interface Card {
  /** Identity in nvidia-smi's PCI-bus order; imagined cards count from 0. */
  index: number;
  /** `GPU-...`; imagined cards have `imagined-<index>`. */
  uuid: string;
  kind: CardKind;
  totalBytes: number;
  /** Free now: total less the driver's reserve and other processes. */
  freeBytes: number;
  driverVersion: string | null;
  migEnabled: boolean;
  processes: CardProcess[];
  /** True for cards of a spec that are not in this box. */
  imagined: boolean;
  /** Set where it is smaller than the real card whose `uuid` it has. */
  emulation?: Emulation;
}

/** The machine around the cards. */
export interface Host {
  platform: string;
  cpu: string;
  /** Physical cores; threads if that is all the system tells. */
  cores: number;
  ramTotalBytes: number;
  ramAvailableBytes: number;
  swapTotalBytes: number;
}

/** A place for files, and what room there is. */
export interface Disk {
  /** May be still to be made. */
  folder: string;
  /** The same number for folders that share their room. */
  device: number;
  /** What this user may still write there, bytes. */
  freeBytes: number;
}
