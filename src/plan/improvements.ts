import type { Offer } from '../words/en/problems/fit.ts';
import { canPlan, type Draft, draftPlan, headroomOf } from './draft.ts';
import type { PlanInput } from './input.ts';
import { targetName } from './targets.ts';
import { throughput } from './throughput.ts';
import { type Variant, withMoreCards, withRank, withRecipe } from './variants.ts';
import type { Improvement } from './what-if.ts';

/** Rows are lengthened in steps of this many tokens. */
const CUTOFF_STEP = 64;
/** What is faster by less is not worth a change. */
const LEAST_SPEEDUP = 1.03;
/** Higher LoRA ranks than that are not published to help. */
const MOST_RANK = 512;
/** So many ways to be faster are enough to choose from. */
const MOST_FASTER = 3;

/**
 * What would change a plan that fits for the better: the longest rows and the highest LoRA rank that these cards hold, and the changes that
 * make it faster, the best first. Every one of them is planned.
 *
 * @throws UserError as `draftPlan` does
 */
export function findImprovements(input: PlanInput): Improvement[] {
  const draft = draftPlan(input, 'give-up');
  if (draft === null) return [];
  const before = throughput(draft.stages, draft.workload).tokensPerSecond;
  const longer = farthest(
    cutoffs(input).map((cutoff) => withRecipe(input, { cutoffLength: cutoff }, `cutoffLength=${cutoff}`)),
  );
  const higher = farthest(ranks(input, draft).map((rank) => withRank(input, rank)));
  const faster = [
    ...[largerBatch, largerMicroBatch, keptActivations].flatMap((change) => change(input, draft)),
    ...withMoreCards({ input, settings: [] }).slice(0, 1),
  ]
    .flatMap((variant) => improvement('faster', variant))
    .filter(({ speedup }) => speedup >= LEAST_SPEEDUP)
    .toSorted((a, b) => b.speedup - a.speedup);
  return [
    ...(longer ? improvement('longer-rows', longer) : []),
    ...(higher ? improvement('higher-rank', higher) : []),
    ...faster.slice(0, MOST_FASTER),
  ];

  function improvement(name: Improvement['name'], variant: Variant & Partial<Offer>): Improvement[] {
    const planned = draftPlan(variant.input, 'give-up');
    if (planned === null) return [];
    const { tokensPerSecond } = throughput(planned.stages, planned.workload);
    const { settings, cards = null } = variant;
    const headroomBytes = headroomOf(planned.stages);
    return [{ name, settings, cards, tokensPerSecond, speedup: tokensPerSecond / before, headroomBytes }];
  }
}

/** The last variant that fits, where all before it do; null where the first does not. */
function farthest(variants: readonly Variant[]): Variant | null {
  let low = 0;
  let high = variants.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (canPlan(variants[middle]!.input)) low = middle + 1;
    else high = middle;
  }
  return variants[low - 1] ?? null;
}

/** Longer cut-offs, as far as the model reads and the data has rows to be cut. */
function cutoffs({ recipe, data, model }: PlanInput): number[] {
  const longest = Math.min(model.maxPositions, data?.tokens.longest ?? Number.POSITIVE_INFINITY);
  const first = Math.floor(recipe.cutoffLength / CUTOFF_STEP) + 1;
  const steps = Math.max(0, Math.ceil(longest / CUTOFF_STEP) - first + 1);
  return Array.from({ length: steps }, (_, step) => Math.min(longest, (first + step) * CUTOFF_STEP));
}

/** Doubled ranks, up to the width of the narrowest layer that is adapted or to what anybody uses. */
function ranks({ recipe, model }: PlanInput, { targets }: Draft): number[] {
  if (targets === null) return [];
  const adapted = model.layers[0]!.linears.filter((linear) => targets.includes(targetName(linear)));
  const widest = Math.min(...adapted.flatMap(({ inFeatures, outFeatures }) => [inFeatures, outFeatures]));
  const doubled: number[] = [];
  for (let rank = 2 * recipe.lora.rank; rank <= Math.min(widest, MOST_RANK); rank *= 2) doubled.push(rank);
  return doubled;
}

/** More micro-batches keep the pipeline fuller. */
function largerBatch(input: PlanInput, { stages }: Draft): Variant[] {
  const batchSize = 2 * input.recipe.batchSize;
  return stages.length === 1 ? [] : [withRecipe(input, { batchSize }, `batchSize=${batchSize}`)];
}

/** Larger ones ask less of each card's launches, and more of its memory. */
function largerMicroBatch(input: PlanInput): Variant[] {
  const { batchSize, dataParallel, packing } = input.recipe;
  const microBatchSize = 2 * input.recipe.microBatchSize;
  if (!packing && batchSize % (microBatchSize * dataParallel) !== 0) return [];
  return [withRecipe(input, { microBatchSize }, `microBatchSize=${microBatchSize}`)];
}

/** Where activations are recomputed for a margin that may not be needed. */
function keptActivations(input: PlanInput, { workload }: Draft): Variant[] {
  if (workload.checkpointing === 'none') return [];
  return [withRecipe(input, { checkpointing: 'none' }, 'checkpointing=none')];
}
