/**
 * The ways to use up groups of interchangeable slots, numbered in mixed radix: state `s` has used `digit g of s` slots
 * of group `g`. Using one more of a group always gives a higher number; the unused slots of `s` are state `last - s`.
 */
export interface SlotStates {
  count: number;
  last: number;
  /** Added to a state to use one more slot of a group. */
  strides: readonly number[];
  /** Slots used, by state. */
  used: Uint8Array;
  /** Whether a group has a slot left, at `state * groups + group`. */
  available: Uint8Array;
}

/** Numbers the states of groups of these sizes: 9 for eight equal cards, 256 for eight that all differ. */
export function slotStates(sizes: readonly number[]): SlotStates {
  const strides: number[] = [];
  let count = 1;
  for (const size of sizes) {
    strides.push(count);
    count *= size + 1;
  }
  const used = new Uint8Array(count);
  const available = new Uint8Array(count * sizes.length);
  for (let state = 0; state < count; state++) {
    for (const [group, size] of sizes.entries()) {
      const taken = Math.floor(state / strides[group]!) % (size + 1);
      used[state]! += taken;
      available[state * sizes.length + group] = Number(taken < size);
    }
  }
  return { count, last: count - 1, strides, used, available };
}
