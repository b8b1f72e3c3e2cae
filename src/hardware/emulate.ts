import { UserError } from '../errors.ts';
import type { Card } from './card.ts';
import { parseCardSpec } from './spec.ts';

/** `6x24GiB@12%`: cards, and what share of the real one's multiprocessors each gets. */
const parts = /^(?<cards>[^@]*)(?:@(?<percent>\d+)\s*%?)?$/;

/**
 * Cards of another size that stand on real ones: `6x24GiB` on one H200 is six ranks that share it, each held to the memory of a
 * 24 GiB card. `6x24GiB@12%` gives each 12 % of its multiprocessors besides, so that they do not slow each other down.
 *
 * @param real the cards to stand on, each for an equal part of the others in turn; where there are none, for CPU ranks, the cards are
 *   only imagined
 * @throws UserError `bad-card-spec` or `unknown-card` (exit 2)
 */
export function emulateCards(spec: string, real: readonly Card[]): Card[] {
  const { cards = '', percent } = parts.exec(spec.trim())?.groups ?? {};
  const smPercent = percent === undefined ? null : Number(percent);
  if (cards === '' || (smPercent !== null && (smPercent < 1 || smPercent > 100))) throw badSpec(spec);
  const wanted = parseCardSpec(cards);
  return wanted.map((card, index) => {
    const under = real[Math.floor((index * real.length) / wanted.length)];
    if (!under) return card;
    const size = `${Number((card.totalBytes / 2 ** 30).toFixed(1))} GiB`;
    const name = `${size}${smPercent === null ? '' : ` and ${smPercent} %`} of ${under.kind.name}`;
    return standIn({ ...card, name }, under, smPercent);
  });
}

/** As large as `card`, and called so; everything else is the real one's. */
export function standIn(
  card: Pick<Card, 'index' | 'totalBytes' | 'freeBytes'> & { name: string },
  real: Card,
  smPercent: number | null,
): Card {
  const { gemm, name } = real.kind;
  const share = (smPercent ?? 100) / 100;
  return {
    ...real,
    index: card.index,
    kind: {
      ...real.kind,
      name: card.name,
      memoryBytes: card.totalBytes,
      gemm: {
        fp16: gemm.fp16 * share,
        bf16: gemm.bf16 === null ? null : gemm.bf16 * share,
        fp32: gemm.fp32 * share,
      },
      // Half of the multiprocessors suffice to keep the memory busy.
      memoryBandwidth: real.kind.memoryBandwidth * Math.min(1, 2 * share),
    },
    totalBytes: card.totalBytes,
    freeBytes: card.freeBytes,
    processes: [],
    emulation: { on: { index: real.index, name, freeBytes: real.freeBytes }, smPercent },
  };
}

function badSpec(spec: string): UserError {
  return new UserError('bad-card-spec/emulated', { spec });
}
