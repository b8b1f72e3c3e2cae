import { canPlan } from './draft.ts';
import type { PlanInput } from './input.ts';
import { rowLengths } from './lengths.ts';
import { type Remedy, type Variant, withMoreCards, withRank, withRecipe } from './variants.ts';

/** Variants of an input, the mildest first: once one fits, all later ones do. */
type Change = (input: PlanInput) => Variant[];

/** Cut-offs are shortened in steps of this many tokens. */
const CUTOFF_STEP = 64;
/** Lower LoRA ranks save nothing worth having. */
const LEAST_RANK = 8;

/** These take time at most, and nothing from the result. */
const timeOnly: readonly Change[] = [automaticSplit, fullCheckpointing, leanerSchedule, hostTransport];
/** With these every step trains the same samples, and loses nothing but time. */
const harmless: readonly Change[] = [...timeOnly, smallerMicroBatch, fewerReplicas];
/** These give something up. */
const sacrifices: readonly Change[] = [
  smallerMicroBatch,
  fewerReplicas,
  halfPrecision,
  shorterCutoff,
  fewerTargets,
  lowerRank,
  fewerTrainedLayers,
];

/**
 * The nearest inputs that fit. What takes time only is tried first, one change at a time and then all together. Where
 * that is not enough the other changes are tried on top of it, each in its mildest variant that fits, and fewer targets with a shorter
 * cut-off; then the smallest micro-batch with one. More cards are offered besides, beyond twice as many only if nothing else helps.
 */
export function findRemedies(input: PlanInput): Remedy[] {
  const start = { input, settings: [] };
  const quick = applyEach(start, timeOnly);
  const leanest = quick.length > 0 ? start : applyAll(start, timeOnly);
  const lean = quick.length === 0 && canPlan(leanest.input) ? [leanest] : quick;
  const single = lean.length > 0 ? [] : applyEach(leanest, sacrifices);
  const combined =
    lean.length > 0 || single.length > 0
      ? []
      : applyEach(applyAll(leanest, [smallerMicroBatch]), [shorterCutoff]);
  const variants = [...lean, ...single, ...(lean.length > 0 ? [] : longerRows(leanest, single)), ...combined];
  const remedies = variants.map((variant) => ({ ...variant, cards: null }));
  const more = furtherCards([start, leanest]);
  const areFew =
    remedies.length === 0 || more.every((remedy) => remedy.input.cards.length <= 2 * input.cards.length);
  return areFew ? [...remedies, ...more] : remedies;
}

/**
 * The nearest input that fits and trains the same: it takes more time at most. One change at a time is tried first, then one upon the
 * other.
 *
 * @returns without settings where the planner finds a way by itself; null where only something else to train would fit
 */
export function nearestFit(input: PlanInput): Variant | null {
  const start: Variant = { input, settings: [] };
  if (canPlan(input)) return start;
  const [single] = applyEach(start, harmless);
  if (single) return single;
  let base = applyAll(start, timeOnly);
  for (const change of [smallerMicroBatch, fewerReplicas]) {
    const [found] = applyEach(base, [change]);
    if (found) return found;
    base = applyAll(base, [change]);
  }
  return canPlan(base.input) ? base : null;
}

/** Where rows have to be cut short, they can be longer with LoRA on fewer layers. */
function longerRows(base: Variant, found: readonly Variant[]): Variant[] {
  const fewer = applyAll(base, [fewerTargets]);
  if (fewer.settings.length === base.settings.length || canPlan(fewer.input)) return [];
  const lengthOf = ({ input }: Variant) => input.recipe.cutoffLength;
  const shorter = found.filter((variant) => lengthOf(variant) < lengthOf(base)).map(lengthOf);
  return applyEach(fewer, [shorterCutoff]).filter((variant) => lengthOf(variant) > Math.max(...shorter));
}

/** Of each change the mildest variant that fits. */
function applyEach(base: Variant, changes: readonly Change[]): Variant[] {
  return changes
    .map((change) => mildest(change(base.input)))
    .filter((variant) => variant !== null)
    .map((variant) => ({ ...variant, settings: [...base.settings, ...variant.settings] }));
}

/** The last variant of each change, one upon the other, whether or not it fits. */
function applyAll(base: Variant, changes: readonly Change[]): Variant {
  return changes.reduce((variant, change) => {
    const last = change(variant.input).at(-1);
    return last === undefined
      ? variant
      : { input: last.input, settings: [...variant.settings, ...last.settings] };
  }, base);
}

function mildest<T extends { input: PlanInput }>(variants: readonly T[]): T | null {
  let low = 0;
  let high = variants.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (canPlan(variants[middle]!.input)) high = middle;
    else low = middle + 1;
  }
  return variants[low] ?? null;
}

/** n - 1, n - 2, ... 1. */
function below(n: number): number[] {
  return Array.from({ length: n - 1 }, (_, index) => n - 1 - index);
}

function automaticSplit(input: PlanInput): Variant[] {
  return input.recipe.split === 'auto' ? [] : [withRecipe(input, { split: 'auto' }, 'split=auto')];
}

function fullCheckpointing(input: PlanInput): Variant[] {
  if (input.recipe.checkpointing !== 'none') return [];
  return [withRecipe(input, { checkpointing: 'full' }, 'checkpointing=full')];
}

function leanerSchedule(input: PlanInput): Variant[] {
  return input.recipe.schedule === 'gpipe' ? [withRecipe(input, { schedule: '1f1b' }, 'schedule=1f1b')] : [];
}

function hostTransport(input: PlanInput): Variant[] {
  if (input.recipe.transport !== 'nccl' || input.device === 'cpu') return [];
  return [withRecipe(input, { transport: 'host' }, 'transport=host')];
}

function smallerMicroBatch(input: PlanInput): Variant[] {
  const { batchSize, microBatchSize, dataParallel, packing } = input.recipe;
  return below(microBatchSize)
    .filter((size) => packing || batchSize % (size * dataParallel) === 0)
    .map((size) => withRecipe(input, { microBatchSize: size }, `microBatchSize=${size}`));
}

function fewerReplicas(input: PlanInput): Variant[] {
  const { batchSize, microBatchSize, dataParallel, packing } = input.recipe;
  return below(dataParallel)
    .filter((replicas) => packing || batchSize % (microBatchSize * replicas) === 0)
    .map((replicas) => withRecipe(input, { dataParallel: replicas }, `dataParallel=${replicas}`));
}

function halfPrecision(input: PlanInput): Variant[] {
  if (input.recipe.precision !== 'fp32' || input.cards.length === 0) return [];
  return [withRecipe(input, { precision: 'auto' }, 'precision=auto')];
}

function shorterCutoff(input: PlanInput): Variant[] {
  const { cutoffLength, batchSize } = input.recipe;
  const { longest } = rowLengths(input.data, cutoffLength, batchSize);
  return below(Math.ceil(longest / CUTOFF_STEP)).map((steps) => {
    const cutoff = steps * CUTOFF_STEP;
    return withRecipe(input, { cutoffLength: cutoff }, `cutoffLength=${cutoff}`);
  });
}

/** Query and value alone, as LoRA was first published with. */
function fewerTargets(input: PlanInput): Variant[] {
  const { method, lora } = input.recipe;
  if (method !== 'lora' || lora.targets !== 'all-linear') return [];
  return [withRecipe(input, { lora: { ...lora, targets: 'qv' } }, 'lora.targets=qv')];
}

function lowerRank(input: PlanInput): Variant[] {
  const { method, lora } = input.recipe;
  if (method !== 'lora') return [];
  const ranks = Array.from({ length: 10 }, (_, power) => 2 ** (9 - power));
  return ranks.filter((rank) => rank >= LEAST_RANK && rank < lora.rank).map((rank) => withRank(input, rank));
}

function fewerTrainedLayers(input: PlanInput): Variant[] {
  const { method, freeze } = input.recipe;
  if (method !== 'freeze') return [];
  return below(freeze.layers).map((layers) =>
    withRecipe(input, { freeze: { layers } }, `freeze.layers=${layers}`),
  );
}

/** Further cards like the most common one, for the first of the bases that they help. */
function furtherCards(bases: readonly Variant[]): Remedy[] {
  for (const base of bases) {
    const remedy = mildest(withMoreCards(base));
    if (remedy !== null) return [remedy];
  }
  return [];
}
