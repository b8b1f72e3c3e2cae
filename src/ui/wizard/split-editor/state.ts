/** Layers per stage, and how they came about. Every stage keeps at least one layer; together they are always the model's. */
export interface SplitState {
  readonly sizes: readonly number[];
  /** The boundary that keys move: between stages `boundary` and `boundary + 1`. */
  readonly boundary: number;
  readonly past: readonly (readonly number[])[];
  readonly future: readonly (readonly number[])[];
  /** What the editor was opened with. */
  readonly initial: readonly number[];
}

export type SplitAction =
  /** Layers that go from the right of the boundary to its left; negative the other way. */
  | { type: 'move'; layers: number }
  | { type: 'select'; by: number }
  /** Another split altogether, such as the optimum. */
  | { type: 'replace'; sizes: readonly number[] }
  /** The two stages at the boundary become one: a card less. */
  | { type: 'merge' }
  /** The larger of the two stages at the boundary is halved: a card more. */
  | { type: 'divide' }
  | { type: 'undo' }
  | { type: 'redo' }
  | { type: 'reset' };

export function openSplit(sizes: readonly number[]): SplitState {
  return { sizes, boundary: 0, past: [], future: [], initial: sizes };
}

export function reduceSplit(state: SplitState, action: SplitAction): SplitState {
  const { sizes, boundary, past, future } = state;
  switch (action.type) {
    case 'move':
      return change(state, moveBoundary(sizes, boundary, action.layers));
    case 'select':
      return { ...state, boundary: clamp(boundary + action.by, sizes) };
    case 'replace':
      return change(state, action.sizes);
    case 'merge':
      return sizes.length < 2 ? state : change(state, mergeAt(sizes, boundary));
    case 'divide':
      return change(state, divideAt(sizes, boundary));
    case 'undo': {
      const last = past.at(-1);
      if (!last) return state;
      return { ...restore(state, last), past: past.slice(0, -1), future: [sizes, ...future] };
    }
    case 'redo': {
      const [next, ...rest] = future;
      return next ? { ...restore(state, next), past: [...past, sizes], future: rest } : state;
    }
    case 'reset':
      return change(state, state.initial);
  }
}

/** As `--set split=` takes it. */
export function writeSplit(sizes: readonly number[]): string {
  return sizes.join(',');
}

function change(state: SplitState, sizes: readonly number[]): SplitState {
  if (writeSplit(sizes) === writeSplit(state.sizes)) return state;
  return { ...restore(state, sizes), past: [...state.past, state.sizes], future: [] };
}

function restore(state: SplitState, sizes: readonly number[]): SplitState {
  return { ...state, sizes, boundary: clamp(state.boundary, sizes) };
}

/** Moves as many layers as the stage that gives can spare. */
function moveBoundary(sizes: readonly number[], boundary: number, layers: number): readonly number[] {
  const [left, right] = [sizes[boundary], sizes[boundary + 1]];
  if (left === undefined || right === undefined) return sizes;
  const moved = Math.max(1 - left, Math.min(right - 1, layers));
  return sizes.with(boundary, left + moved).with(boundary + 1, right - moved);
}

function mergeAt(sizes: readonly number[], boundary: number): readonly number[] {
  return sizes.toSpliced(boundary, 2, sizes[boundary]! + sizes[boundary + 1]!);
}

function divideAt(sizes: readonly number[], boundary: number): readonly number[] {
  const right = sizes[boundary + 1] ?? 0;
  const at = right > sizes[boundary]! ? boundary + 1 : boundary;
  const layers = sizes[at]!;
  return layers < 2 ? sizes : sizes.toSpliced(at, 1, Math.ceil(layers / 2), Math.floor(layers / 2));
}

function clamp(boundary: number, sizes: readonly number[]): number {
  return Math.max(0, Math.min(sizes.length - 2, boundary));
}
