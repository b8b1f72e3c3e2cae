import { describe, expect, test } from 'vitest';
import { selectCards } from '../../src/hardware/select.ts';
import { parseCardSpec } from '../../src/hardware/spec.ts';

const cards = parseCardSpec('2xP40,1x3090').map((card, i) => ({
  ...card,
  uuid: `GPU-${'abc'[i]}1234567-89ab`,
}));

test('cards are chosen by index or UUID, in the order named', () => {
  expect(selectCards(cards, '2,0').map(({ index }) => index)).toEqual([2, 0]);
  expect(selectCards(cards, ' GPU-b1234567-89ab , 0').map(({ index }) => index)).toEqual([1, 0]);
  expect(selectCards(cards, 'gpu-c').map(({ index }) => index)).toEqual([2]);
});

describe('refused', () => {
  test.each([
    ['3', 'card-gone', 3],
    ['0,GPU-ffffffff', 'card-gone', 3],
    ['2xP40', 'card-gone', 3],
    ['GPU-', 'card-gone', 3],
    ['0,1,0', 'card-twice', 2],
    ['0,GPU-a1234567', 'card-twice', 2],
    [' , ', 'no-card-selected', 2],
  ])('%s: %s, exit %i', (selector, code, exitCode) => {
    expect(() => selectCards(cards, selector)).toThrow(expect.objectContaining({ code, exitCode }));
  });

  test('a UUID cut so short that it fits two', () => {
    const twins = cards.map((card) => ({ ...card, uuid: card.uuid.replace(/GPU-./, 'GPU-a') }));
    expect(() => selectCards(twins, 'GPU-a1')).toThrow(
      expect.objectContaining({ code: 'card-ambiguous', message: '"GPU-a1" fits 3 cards of this box.' }),
    );
  });

  test('the message says what is here, or that nothing is', () => {
    expect(() => selectCards(cards.slice(2), '0')).toThrow(
      expect.objectContaining({
        message: 'There is no card "0" in this box.',
        fix: 'Choose among those that are here: 2 = NVIDIA GeForce RTX 3090 (GPU-c1234567-89ab).',
      }),
    );
    expect(() => selectCards([], '0')).toThrow(
      expect.objectContaining({ fix: expect.stringContaining('doctor') }),
    );
  });
});
