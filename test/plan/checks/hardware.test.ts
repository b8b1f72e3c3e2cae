import { describe, expect, test } from 'vitest';
import { findCardProblems } from '../../../src/plan/checks/checks.ts';
import { card, cards, p40, planInput, problemIn } from '../fixtures.ts';

const rtx5090 = (index: number) =>
  card(index, { kind: { id: '5090', name: 'NVIDIA GeForce RTX 5090', computeCapability: '12.0' } });
const v100 = (index: number) =>
  card(index, { kind: { id: 'v100-32g', name: 'Tesla V100', computeCapability: '7.0' } });

describe('no-torch-build', () => {
  const mixture = [p40(0), rtx5090(1), p40(2)];

  test('cards that no wheel serves together; the sets that one does are named', () => {
    expect(problemIn(planInput({}, { cards: mixture }), 'no-torch-build')).toEqual({
      code: 'no-torch-build',
      severity: 'error',
      message:
        'No official PyTorch serves all of these cards at once: Tesla P40 (sm_61), NVIDIA GeForce RTX 5090 (sm_120).',
      fix: 'Choose cards that one serves (--gpus 0,2 or --gpus 1), or give a Python with a PyTorch built for all with --python.',
    });
    expect(problemIn(planInput({}, { cards: [v100(0), rtx5090(1)] }), 'no-torch-build')).toBeDefined();
  });

  test('a kind that none serves', () => {
    const k80 = card(0, { kind: { name: 'Tesla K80', computeCapability: '3.7' } });
    const found = problemIn(planInput({}, { cards: [k80, card(1)] }), 'no-torch-build');
    expect(found?.message).toContain('serves Tesla K80');
  });

  test('no matter with a Python of one’s own, on the CPU, or where one wheel serves all', () => {
    const codeIn = (input: ReturnType<typeof planInput>) => problemIn(input, 'no-torch-build');
    expect(codeIn(planInput({}, { cards: mixture, ownPython: true }))).toBeUndefined();
    expect(codeIn(planInput({}, { cards: mixture, device: 'cpu' }))).toBeUndefined();
    expect(codeIn(planInput({}, { cards: [p40(0), v100(1), card(2)] }))).toBeUndefined();
    expect(codeIn(planInput({}, { cards: [card(0), rtx5090(1)] }))).toBeUndefined();
  });
});

test('driver-too-old says which would do', () => {
  const old = (driverVersion: string) => [card(0), card(1, { driverVersion })];
  expect(problemIn(planInput({}, { cards: old('470.256.02') }), 'driver-too-old')).toMatchObject({
    severity: 'error',
    message: 'The NVIDIA driver is 470.256.02; the PyTorch for these cards needs 525 or newer.',
  });
  expect(problemIn(planInput({}, { cards: old('535.183.01') }), 'driver-too-old')).toBeUndefined();
});

test('cards are examined without a model as well, errors first', () => {
  const found = findCardProblems({
    cards: [card(0, { freeBytes: 1e9 }), card(1, { migEnabled: true })],
    device: 'cuda',
    ownPython: false,
  });
  expect(found.map(({ code, severity }) => [code, severity])).toEqual([
    ['mig-enabled', 'error'],
    ['memory-held', 'warning'],
  ]);
  expect(findCardProblems({ cards: cards(2), device: 'cuda', ownPython: false })).toEqual([]);
});
