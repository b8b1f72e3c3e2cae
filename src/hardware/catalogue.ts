import type { CardKind } from './card.ts';
import type { Row, Source } from './catalogue-sources.ts';
import { rows } from './catalogue-table.ts';

/** The figures of a card that must say where they come from. */
export type FigureName =
  | 'memory'
  | 'reserve'
  | 'computeCapability'
  | 'fp16'
  | 'bf16'
  | 'fp32'
  | 'memoryBandwidth'
  | 'link';

/** A kind of card that we know, with what stands behind its figures. */
export interface CatalogueCard extends CardKind {
  /** Other names it answers to: nvidia-smi's for its variants, and what people write. */
  aliases: readonly string[];
  /** Bytes free on the idle card: its memory less what the driver keeps for itself. */
  idleFreeBytes: number;
  /** Where each figure was looked up, or `estimated`; a figure the card lacks (bf16 before Ampere) has none. */
  sources: Partial<Record<FigureName, Source>>;
}

/** Mebibyte, the unit nvidia-smi counts memory in. */
const MiB = 2 ** 20;

/**
 * Bytes/s one way that a PCIe link signals. A lane does 2.5 and 5 GT/s with 8b/10b encoding in the first two
 * generations, and 8 GT/s doubled every generation with 128b/130b encoding from the third on (PCI-SIG).
 */
export function linkBandwidth(generation: number, lanes: number): number {
  const bitsPerLane =
    generation < 3 ? 2.5e9 * generation * (8 / 10) : 8e9 * 2 ** (generation - 3) * (128 / 130);
  return (bitsPerLane / 8) * lanes;
}

/** Every card we know, in the order of their generations. */
export const cardKinds: readonly CatalogueCard[] = rows.map(catalogueCard);

/**
 * The card of that name, if the catalogue has it.
 *
 * @param name an id (`p40`), what people write (`RTX 3090`, `a100-80g`) or nvidia-smi's name (`NVIDIA A100-SXM4-80GB`)
 * @param memoryBytes tells cards of one name apart (V100 16 and 32 GB), and a variant that is not in the
 *   catalogue from the one that is. Within 15 %: error correction alone takes 6 % of a P40.
 */
export function findCardKind(name: string, memoryBytes?: number): CatalogueCard | undefined {
  const named = cardsNamed(name);
  if (memoryBytes === undefined) return named[0];
  const near = named.filter((card) => Math.abs(card.memoryBytes / memoryBytes - 1) <= 0.15);
  return nearestInMemory(near, memoryBytes);
}

/**
 * A stand-in for a card the catalogue does not list: it takes the rates of the known card of the same name (a 3080
 * with 12 GB is much like one with 10), else of the same generation, that is nearest in memory; of two as near, the
 * slower. That is a guess, and marked as one.
 *
 * @param computeCapability null where the driver is too old to tell. Without a namesake the card is then taken for
 *   a Maxwell one (5.0), the oldest that torch still serves, so that nothing is promised that it may not have.
 */
export function estimateCardKind(
  name: string,
  memoryBytes: number,
  computeCapability: string | null,
): CardKind {
  const namesakes = cardsNamed(name);
  const capability = computeCapability ?? namesakes[0]?.computeCapability ?? '5.0';
  const similar = namesakes.length > 0 ? namesakes : generationOf(Number(capability));
  const like = nearestInMemory(similar, memoryBytes)!;
  return {
    id: name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    name,
    memoryBytes,
    computeCapability: capability,
    gemm: { ...like.gemm, bf16: Number(capability) >= 8 ? like.gemm.bf16 : null },
    memoryBandwidth: like.memoryBandwidth,
    linkBandwidth: like.linkBandwidth,
    estimated: true,
  };
}

function cardsNamed(name: string): CatalogueCard[] {
  const wanted = normalised(name);
  return cardKinds.filter((card) =>
    [card.id, card.name, ...card.aliases].some((alias) => normalised(alias) === wanted),
  );
}

/** Known cards of the newest compute capability that is not newer than this one; the oldest ones if all are. */
function generationOf(capability: number): CatalogueCard[] {
  const known = cardKinds.map((card) => Number(card.computeCapability));
  const nearest = Math.max(...known.filter((candidate) => candidate <= capability));
  const chosen = Number.isFinite(nearest) ? nearest : Math.min(...known);
  return cardKinds.filter((card) => Number(card.computeCapability) === chosen);
}

function nearestInMemory(cards: readonly CatalogueCard[], memoryBytes: number): CatalogueCard | undefined {
  const distance = (card: CatalogueCard) => Math.abs(card.memoryBytes - memoryBytes);
  return cards.toSorted((a, b) => distance(a) - distance(b) || a.gemm.fp16 - b.gemm.fp16)[0];
}

/** What is left of a name without brand words, punctuation and the difference between "16G" and "16GB". */
function normalised(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/nvidia|geforce|tesla|quadro|[rg]tx|[^a-z0-9]/g, '')
    .replace(/(\d)gb?$/, '$1g');
}

function catalogueCard({ memoryMiB, reserveMiB, board, tflops, ...row }: Row): CatalogueCard {
  const [generation, lanes] = board.pcie;
  return {
    id: row.id,
    name: row.name,
    aliases: row.aliases ?? [],
    memoryBytes: memoryMiB[0] * MiB,
    idleFreeBytes: (memoryMiB[0] - reserveMiB[0]) * MiB,
    computeCapability: board.computeCapability,
    gemm: { fp16: tflops.fp16[0], bf16: tflops.bf16?.[0] ?? null, fp32: tflops.fp32[0] },
    memoryBandwidth: board.memoryGBs * 1e9,
    linkBandwidth: linkBandwidth(generation, lanes),
    sources: {
      memory: memoryMiB[1],
      reserve: reserveMiB[1],
      computeCapability: board.source,
      fp16: tflops.fp16[1],
      ...(tflops.bf16 === null ? {} : { bf16: tflops.bf16[1] }),
      fp32: tflops.fp32[1],
      memoryBandwidth: board.source,
      link: board.source,
    },
  };
}
