import { expect, test } from 'vitest';
import { correctionBy } from '../../src/plan/measured.ts';
import { cardSlots, groupSlots, hostSlots } from '../../src/plan/slots.ts';
import { card, cards, GiB, host, p40 } from './fixtures.ts';

const indices = (slots: ReturnType<typeof cardSlots>) =>
  slots.map((slot) => slot.cards.map((each) => each.index));

test('one replica: a slot a card, in the order of the box', () => {
  const slots = cardSlots([p40(0), card(1), p40(2)], 'fp16', 1, correctionBy([]));
  expect(indices(slots)).toEqual([[0], [1], [2]]);
  expect(slots.map((slot) => slot.flops)).toEqual([10e12, 70e12, 10e12]);
});

test('replicas share a slot with cards of their kind; what is left over is not used', () => {
  const slots = cardSlots([p40(0), card(1), p40(2), card(3), p40(4)], 'fp16', 2, correctionBy([]));
  expect(indices(slots)).toEqual([
    [0, 2],
    [1, 3],
  ]);
});

test('a slot holds what its fullest card can', () => {
  const [slot] = cardSlots([card(0), card(1, { freeBytes: 20 * GiB })], 'fp16', 2, correctionBy([]));
  expect(slot!.capacityBytes).toBe(20 * GiB);
});

test('interchangeable slots form a group', () => {
  const box = [card(0), p40(1), card(2), card(3, { freeBytes: 10 * GiB })];
  expect(groupSlots(cardSlots(box, 'fp16', 1, correctionBy([]))).map((group) => group.length)).toEqual([
    2, 1, 1,
  ]);
  expect(groupSlots(cardSlots(cards(8), 'fp16', 1, correctionBy([])))).toHaveLength(1);
});

test('CPU ranks share the host', () => {
  const slots = hostSlots(host, 2, 2, correctionBy([]));
  expect(slots).toHaveLength(2);
  expect(slots[0]!.capacityBytes).toBe(30 * GiB);
  expect(slots[0]!.cards).toEqual([]);
});
