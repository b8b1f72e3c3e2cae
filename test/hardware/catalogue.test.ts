import { describe, expect, test } from 'vitest';
import { cardKinds, estimateCardKind, findCardKind, linkBandwidth } from '../../src/hardware/catalogue.ts';
import { sources } from '../../src/hardware/catalogue-sources.ts';

const GiB = 2 ** 30;

describe('every card of the catalogue', () => {
  test('is one that people own: Pascal to Blackwell', () => {
    const ids = cardKinds.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining(
        'p40 p100 1080ti v100-16g v100-32g 2080ti t4 rtx8000 3060 3080 3090 3090ti 4060ti-16g 4080 4090 5080 5090 a10 a40 a100-40g a100-80g l4 l40s h100 h200 a6000 6000ada'.split(
          ' ',
        ),
      ),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each(cardKinds)('$id: each figure names a source, and is possible', (card) => {
    const { bf16, ...alwaysThere } = card.sources;
    expect(Object.keys(alwaysThere).toSorted()).toEqual(
      'computeCapability fp16 fp32 link memory memoryBandwidth reserve'.split(' '),
    );
    for (const source of Object.values(card.sources)) expect(Object.keys(sources)).toContain(source);
    expect(bf16 === undefined).toBe(card.gemm.bf16 === null);
    expect(card.gemm.bf16 === null).toBe(Number(card.computeCapability) < 8);
    expect(card.idleFreeBytes).toBeLessThan(card.memoryBytes);
    expect(card.idleFreeBytes).toBeGreaterThan(card.memoryBytes - 0.75 * GiB);
    expect(card.gemm.fp16).toBeGreaterThanOrEqual(card.gemm.fp32 * 0.95);
    expect(card.memoryBandwidth).toBeGreaterThan(card.linkBandwidth);
  });

  test.each(cardKinds)('$id is found by its id and by what nvidia-smi calls it', (card) => {
    expect(findCardKind(card.id)?.id).toBe(card.id);
    for (const name of [card.name, ...card.aliases]) {
      expect(findCardKind(name, card.memoryBytes)?.id).toBe(card.id);
    }
  });
});

test('Pascal multiplies fp16 at its fp32 rate, not at the 1/64 of its half arithmetic', () => {
  for (const card of cardKinds.filter(({ computeCapability }) => computeCapability.startsWith('6'))) {
    expect(card.gemm.fp16 / card.gemm.fp32).toBeCloseTo(1, 1);
  }
});

test('a GeForce accumulates in fp32 at half its tensor rate: a 3090 stays near 71, not 142 TFLOP/s', () => {
  expect(findCardKind('3090')?.gemm.fp16).toBeLessThan(85);
});

test('names are read as people write them', () => {
  const ids = ['P40', 'RTX 3090', 'rtx-3090 ti', 'A100 80GB', 'a100-80', 'RTX 6000 Ada', 'Titan Z'].map(
    (name) => findCardKind(name)?.id,
  );
  expect(ids).toEqual(['p40', '3090', '3090ti', 'a100-80g', 'a100-80g', '6000ada', undefined]);
});

test('memory tells cards of one name apart, and a variant we do not know from the one we do', () => {
  expect(findCardKind('NVIDIA GeForce RTX 2080 Ti', 22 * GiB)?.id).toBe('2080ti-22g');
  expect(findCardKind('NVIDIA GeForce RTX 2080 Ti', 11 * GiB)?.id).toBe('2080ti');
  expect(findCardKind('NVIDIA GeForce RTX 4060 Ti', 8 * GiB)).toBeUndefined();
  expect(findCardKind('Tesla P40', 22.5 * GiB)?.id, 'with error correction on').toBe('p40');
});

test('an unknown card is guessed from its generation and marked', () => {
  expect(estimateCardKind('NVIDIA GeForce RTX 3070', 8 * GiB, '8.6')).toEqual({
    id: 'nvidia-geforce-rtx-3070',
    name: 'NVIDIA GeForce RTX 3070',
    memoryBytes: 8 * GiB,
    computeCapability: '8.6',
    gemm: findCardKind('3080')?.gemm,
    memoryBandwidth: findCardKind('3080')?.memoryBandwidth,
    linkBandwidth: findCardKind('3080')?.linkBandwidth,
    estimated: true,
  });
  expect(estimateCardKind('NVIDIA B200', 180 * GiB, '10.0').gemm).toEqual(findCardKind('h200')?.gemm);
});

test('a variant with other memory is guessed from its namesake, not from its memory', () => {
  expect(findCardKind('NVIDIA GeForce RTX 3080', 12 * GiB)).toBeUndefined();
  expect(estimateCardKind('NVIDIA GeForce RTX 3080', 12 * GiB, null)).toMatchObject({
    memoryBytes: 12 * GiB,
    computeCapability: '8.6',
    gemm: findCardKind('3080')?.gemm,
    estimated: true,
  });
});

test('nothing is promised of a card whose generation is not known', () => {
  const kind = estimateCardKind('Quadro M6000', 24 * GiB, null);
  expect(kind.computeCapability).toBe('5.0');
  expect(kind.gemm.bf16).toBeNull();
});

test('PCIe links', () => {
  expect(linkBandwidth(1, 1) / 1e9).toBeCloseTo(0.25, 3);
  expect(linkBandwidth(3, 16) / 1e9).toBeCloseTo(15.75, 2);
  expect(linkBandwidth(4, 8) / 1e9).toBeCloseTo(15.75, 2);
  expect(linkBandwidth(5, 16) / 1e9).toBeCloseTo(63.02, 2);
});
