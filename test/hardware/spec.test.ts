import { describe, expect, test } from 'vitest';
import { isCardSpec, parseCardSpec } from '../../src/hardware/spec.ts';

const GiB = 2 ** 30;

test('a spec is told from a choice of real cards', () => {
  const yes = ['2xP40', '2xP40,1x3090', '6x24GiB', '8 x RTX 3090', '3090', 'p40', '24GB', '2xNonsense'];
  const no = ['0', '0,2', '12', 'GPU-8ce8364f', '', 'nonsense'];
  expect(yes.filter((text) => !isCardSpec(text))).toEqual([]);
  expect(no.filter(isCardSpec)).toEqual([]);
});

test('imagined cards are numbered through and have free what a real idle one has', () => {
  const cards = parseCardSpec('2xP40,1x3090');
  expect(cards.map(({ index, uuid, kind, imagined }) => [index, uuid, kind.id, imagined])).toEqual([
    [0, 'imagined-0', 'p40', true],
    [1, 'imagined-1', 'p40', true],
    [2, 'imagined-2', '3090', true],
  ]);
  expect(cards[2]!.totalBytes).toBe(24 * GiB);
  expect(cards[2]!.freeBytes / GiB).toBeCloseTo(23.6, 1);
  expect(cards[0]).toMatchObject({ driverVersion: null, migEnabled: false, processes: [] });
});

test('cards known by memory alone compute as an RTX 3090 and say so', () => {
  const cards = parseCardSpec('6x24GiB');
  expect(cards).toHaveLength(6);
  expect(cards[5]!.kind).toMatchObject({
    name: '24 GiB card (computing as an RTX 3090)',
    memoryBytes: 24 * GiB,
    estimated: true,
  });
  expect(cards[5]!.kind.gemm).toEqual(parseCardSpec('3090')[0]!.kind.gemm);
  expect(cards[5]!.freeBytes / GiB).toBeCloseTo(23.6, 1);
});

test('spaces, case and the sign of multiplication do not matter', () => {
  expect(parseCardSpec(' 2 X a100-80g + 1×V100-32 ').map(({ kind }) => kind.id)).toEqual([
    'a100-80g',
    'a100-80g',
    'v100-32g',
  ]);
});

describe('refused', () => {
  test.each([
    ['2xNonsense', 'unknown-card', '"Nonsense" in "2xNonsense" is not in the card catalogue.'],
    ['0xP40', 'bad-card-spec', '"0xP40" asks for 0 cards in "0xP40".'],
    ['65xP40', 'bad-card-spec', '"65xP40" asks for 65 cards in "65xP40".'],
    ['40xP40,40x3090', 'bad-card-spec', '"40xP40,40x3090" asks for 80 cards.'],
    ['2x0.1GiB', 'bad-card-spec', '"2x0.1GiB" asks for a card of 0.1 GiB.'],
    ['2x9999GiB', 'bad-card-spec', '"2x9999GiB" asks for a card of 9999 GiB.'],
    [',', 'bad-card-spec', '"," asks for no card.'],
  ])('%s', (spec, code, message) => {
    expect(() => parseCardSpec(spec)).toThrow(expect.objectContaining({ code, message, exitCode: 2 }));
  });
});
