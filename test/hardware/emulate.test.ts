import { expect, test } from 'vitest';
import type { Card } from '../../src/hardware/card.ts';
import { emulateCards } from '../../src/hardware/emulate.ts';
import { parseCardSpec } from '../../src/hardware/spec.ts';

const real = (index: number): Card => ({
  ...parseCardSpec('h200')[0]!,
  index,
  uuid: `GPU-${index}`,
  imagined: false,
});
const [idle] = parseCardSpec('24GiB');

test('smaller cards stand on a real one: its kind and identity, their size', () => {
  const h200 = real(0);
  const cards = emulateCards('6x24GiB', [h200]);
  expect(cards.map(({ index, uuid }) => [index, uuid])).toEqual(
    [0, 1, 2, 3, 4, 5].map((index) => [index, 'GPU-0']),
  );
  expect(cards[5]).toMatchObject({
    totalBytes: 24 * 2 ** 30,
    freeBytes: idle!.freeBytes,
    imagined: false,
    emulation: { on: { index: 0, name: h200.kind.name, freeBytes: h200.freeBytes }, smPercent: null },
  });
  expect(cards[0]!.kind).toEqual({
    ...h200.kind,
    name: `24 GiB of ${h200.kind.name}`,
    memoryBytes: 24 * 2 ** 30,
  });
});

test('a share of the multiprocessors is a share of the rate', () => {
  const h200 = real(0);
  const [card] = emulateCards('4x24GiB@12%', [h200]);
  expect(card!.emulation!.smPercent).toBe(12);
  expect(card!.kind.gemm.fp16).toBeCloseTo(0.12 * h200.kind.gemm.fp16);
  expect(card!.kind.name).toBe(`24 GiB and 12 % of ${h200.kind.name}`);
});

test('several real cards carry equal parts, in turn', () => {
  const cards = emulateCards('2x3090,3xP40', [real(0), real(1)]);
  expect(cards.map(({ uuid }) => uuid)).toEqual(['GPU-0', 'GPU-0', 'GPU-0', 'GPU-1', 'GPU-1']);
});

test('on nothing they are imagined', () => {
  expect(emulateCards('2x24GiB@12%', [])).toEqual(parseCardSpec('2x24GiB'));
});

test.each(['', '@12%', '2x24GiB@', '2x24GiB@0%', '2x24GiB@101%', '2x24GiB@x', '0x24GiB'])(
  '%j is refused',
  (spec) => {
    expect(() => emulateCards(spec, [])).toThrow(
      expect.objectContaining({ code: 'bad-card-spec', exitCode: 2 }),
    );
  },
);
