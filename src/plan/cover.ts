import type { SlotStates } from './slot-states.ts';

/**
 * What a split search knows: who could hold and run which layers. Half-open ranges [from, to) are stored at
 * `to * (layers + 1) + from`.
 */
export interface SplitTables {
  layers: number;
  /** Bytes free on each slot of a group. */
  capacities: readonly number[];
  states: SlotStates;
  /** Seconds for one micro-batch, by group. Grows as a range is extended, but may fall when it takes in the last layer. */
  seconds: readonly Float64Array[];
  /** Bytes needed, by the number of stages that come after. Grows as `from` falls, but may fall when it becomes 0. */
  bytes: readonly Float64Array[];
  /** Layers where a stage may begin, 0 among them; null for any. */
  boundaries: ReadonlySet<number> | null;
  /** Exact number of stages; null for any. */
  stages: number | null;
}

/** What a cover must keep to. */
export interface Limits {
  /** Most seconds for any stage. */
  stage: number;
  /** The sum of seconds must be less. */
  sum: number;
  /** Factor on all capacities. */
  scale: number;
}

/** A chain of stages over all layers, in order. */
export interface Cover {
  stages: { group: number; from: number; to: number }[];
  /** Sum over the stages. */
  seconds: number;
  /** The slowest stage. */
  slowest: number;
}

/**
 * The chain of least total seconds within limits, or null.
 *
 * Dynamic programming from the last layer to the first over (slots used, first covered layer). Walking backwards, the
 * number of used slots is the number of stages that come after, and that is all the activations in flight depend on.
 */
export function cheapestCover(tables: SplitTables, limits: Limits): Cover | null {
  const { layers, capacities, states } = tables;
  const row = layers + 1;
  const reach = reachFromFront(tables, limits.stage);
  const remaining = leastSeconds(tables);
  const least = new Float64Array(states.count * row).fill(Number.POSITIVE_INFINITY);
  const choice = new Int32Array(states.count * row);
  least[layers] = 0;
  let limit = limits.sum;
  let best = -1;

  for (let state = 0; state < states.last; state++) {
    const bytes = tables.bytes[states.used[state]!]!;
    const reachable = reach[states.last - state]!;
    for (let to = layers; to > 0; to--) {
      const sum = least[state * row + to]!;
      // Nothing comes of what the unused slots cannot reach from the front, or of what is too slow already.
      if (sum + remaining[to]! >= limit || (to < layers && to > reachable)) continue;
      for (let group = 0; group < capacities.length; group++) {
        if (states.available[state * capacities.length + group] === 0) continue;
        const next = state + states.strides[group]!;
        const seconds = tables.seconds[group]!;
        const room = capacities[group]! * limits.scale;
        for (let from = to - 1; from >= 0; from--) {
          const range = to * row + from;
          if (seconds[range]! > limits.stage || bytes[range]! > room) {
            // Longer ranges fail as well; only one from 0, which receives no activations, may still do.
            from = Math.min(from, 1);
            continue;
          }
          if (tables.boundaries !== null && !tables.boundaries.has(from)) continue;
          const total = sum + seconds[range]!;
          if (total >= least[next * row + from]!) continue;
          least[next * row + from] = total;
          choice[next * row + from] = group * row + to;
          const isWhole = from === 0 && (tables.stages === null || states.used[next] === tables.stages);
          if (isWhole && total < limit) {
            limit = total;
            best = next;
          }
        }
      }
    }
  }
  return best < 0 ? null : traced(tables, choice, best, limit);
}

/** Follows the choices from the front. */
function traced(tables: SplitTables, choice: Int32Array, state: number, seconds: number): Cover {
  const row = tables.layers + 1;
  const stages: Cover['stages'] = [];
  let slowest = 0;
  for (let from = 0; from < tables.layers; ) {
    const chosen = choice[state * row + from]!;
    const group = Math.floor(chosen / row);
    const to = chosen % row;
    stages.push({ group, from, to });
    slowest = Math.max(slowest, tables.seconds[group]![to * row + from]!);
    state -= tables.states.strides[group]!;
    from = to;
  }
  return { stages, seconds, slowest };
}

/** Layers from the front that the slots of each state can cover in time, memory aside; greedy, as shorter is never slower. */
function reachFromFront({ layers, capacities, states, seconds }: SplitTables, bound: number): Int32Array {
  const row = layers + 1;
  const reach = new Int32Array(states.count);
  for (let state = 0; state < states.last; state++) {
    const from = reach[state]!;
    for (let group = 0; group < capacities.length; group++) {
      if (states.available[state * capacities.length + group] === 0) continue;
      let to = from;
      while (to < layers && seconds[group]![(to + 1) * row + from]! <= bound) to++;
      const next = state + states.strides[group]!;
      if (to > reach[next]!) reach[next] = to;
    }
  }
  return reach;
}

/** A lower bound: seconds to cover [0, to) with as many slots of each group as one likes, without any limit. */
export function leastSeconds({ layers, seconds }: SplitTables): Float64Array {
  const row = layers + 1;
  const least = new Float64Array(row).fill(Number.POSITIVE_INFINITY);
  least[0] = 0;
  for (let to = 1; to <= layers; to++) {
    for (const table of seconds) {
      for (let from = 0; from < to; from++) {
        least[to] = Math.min(least[to]!, least[from]! + table[to * row + from]!);
      }
    }
  }
  return least;
}

/**
 * Whether any cover keeps to a stage limit and the capacities: for each set of slots, how far from the back they reach;
 * greedy, as a shorter stage never takes more. The number of stages is not looked at, so with `tables.stages` a yes may
 * be wrong; a no never is.
 */
export function isCoverable(tables: SplitTables, stageLimit: number, scale: number): boolean {
  const { layers, capacities, states } = tables;
  const row = layers + 1;
  const start = new Int32Array(states.count).fill(layers);
  for (let state = 0; state < states.last; state++) {
    const to = start[state]!;
    if (state > 0 && to === layers) continue;
    const bytes = tables.bytes[states.used[state]!]!;
    for (let group = 0; group < capacities.length; group++) {
      if (states.available[state * capacities.length + group] === 0) continue;
      const fits = (from: number) =>
        tables.seconds[group]![to * row + from]! <= stageLimit &&
        bytes[to * row + from]! <= capacities[group]! * scale;
      if (fits(0)) return true;
      const next = state + states.strides[group]!;
      for (let from = to - 1; from > 0 && fits(from); from--) {
        const isAllowed = tables.boundaries === null || tables.boundaries.has(from);
        if (isAllowed && from < start[next]!) start[next] = from;
      }
    }
  }
  return false;
}
