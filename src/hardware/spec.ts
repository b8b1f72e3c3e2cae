import { UserError } from '../errors.ts';
import type { ImpossibleSpec } from '../words/en/cards.ts';
import type { Card, CardKind } from './card.ts';
import { cardKinds, findCardKind } from './catalogue.ts';

/** More cards than any one box holds; a spec beyond it is a slip of the keyboard. */
const mostCards = 64;

/** "2xP40": a count and what it counts. */
const countedPart = /^(\d+)\s*[x×*]\s*(\S.*)$/i;

/** "24GiB", "24GB" or "24G": a card known by its memory alone. */
const sizePart = /^(\d+(?:\.\d+)?)\s*gi?b?$/i;

/** Whether this `--gpus` means imagined cards (`2xP40,1x3090`, `3090`) rather than a choice of real ones (`0,2`). */
export function isCardSpec(text: string): boolean {
  const parts = splitSpec(text);
  return (
    parts.length > 0 &&
    parts.every((part) => countedPart.test(part) || sizePart.test(part) || findCardKind(part) !== undefined)
  );
}

/**
 * Cards that are not here, for planning: `2xP40,1x3090`, `6x24GiB`, `h100`. Each has free what an idle real one has,
 * its memory less the driver's reserve (a 3090 exposes 23.6 of its 24 GiB).
 *
 * `6x24GiB` gives cards known by memory alone; they are taken to compute as an RTX 3090 does, the most usual card to
 * train on, and their kind says `estimated`.
 *
 * @throws UserError `bad-card-spec` or `unknown-card` (exit 2)
 */
export function parseCardSpec(text: string): Card[] {
  const parts = splitSpec(text);
  const kinds = parts.flatMap((part) => {
    const [, count = '1', name = part] = part.match(countedPart) ?? [];
    if (Number(count) < 1 || Number(count) > mostCards) throw badSpec(text, { cards: Number(count), part });
    return Array.from({ length: Number(count) }, () => imaginedKind(name, text));
  });
  if (kinds.length === 0) throw badSpec(text, { cards: 0, part: null });
  if (kinds.length > mostCards) throw badSpec(text, { cards: kinds.length, part: null });
  return kinds.map(({ kind, freeBytes }, index) => ({
    index,
    uuid: `imagined-${index}`,
    kind,
    totalBytes: kind.memoryBytes,
    freeBytes,
    driverVersion: null,
    migEnabled: false,
    processes: [],
    imagined: true,
  }));
}

function splitSpec(text: string): string[] {
  return text
    .split(/[,+]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function imaginedKind(name: string, spec: string): { kind: CardKind; freeBytes: number } {
  const size = name.match(sizePart)?.[1];
  if (size !== undefined) return genericKind(Number(size), spec);
  const kind = findCardKind(name);
  if (kind !== undefined) return { kind, freeBytes: kind.idleFreeBytes };
  throw new UserError('unknown-card', { name, spec, known: cardKinds.map((card) => card.id) });
}

function genericKind(gibibytes: number, spec: string): { kind: CardKind; freeBytes: number } {
  const like = findCardKind('3090')!;
  const memoryBytes = Math.round(gibibytes * 2 ** 30);
  const freeBytes = memoryBytes - (like.memoryBytes - like.idleFreeBytes);
  if (freeBytes <= 0 || gibibytes > 1024) throw badSpec(spec, { gibibytes });
  return {
    kind: {
      id: `${gibibytes}gib`,
      name: `${gibibytes} GiB card (computing as an RTX 3090)`,
      memoryBytes,
      computeCapability: like.computeCapability,
      gemm: like.gemm,
      memoryBandwidth: like.memoryBandwidth,
      linkBandwidth: like.linkBandwidth,
      estimated: true,
    },
    freeBytes,
  };
}

function badSpec(spec: string, asks: ImpossibleSpec): UserError {
  return new UserError('bad-card-spec', { spec, asks, most: mostCards });
}
