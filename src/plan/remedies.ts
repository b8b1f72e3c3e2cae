import type { Card } from '../hardware/card.ts';
import { type Draft, draftPlan } from './draft.ts';
import type { PlanInput } from './input.ts';
import { listed } from './wording.ts';

/** A change after which a workload fits; planned, not guessed. */
export interface Remedy {
  /** For people: `set microBatchSize=2`. */
  text: string;
  input: PlanInput;
}

/** Cut-offs are shortened in steps of this many tokens, and never below it. */
const CUTOFF_STEP = 64;
/** More cards than that do not go into one box. */
const MOST_CARDS = 16;

type Change = (input: PlanInput, draft: Draft) => Remedy[];

/** In the order of how little they take away; each lists its variants, mildest first. */
const changes: readonly Change[] = [
  automaticSplit,
  fullCheckpointing,
  leanerSchedule,
  hostTransport,
  smallerMicroBatch,
  fewerReplicas,
  halfPrecision,
  shorterCutoff,
  fewerTrainedLayers,
  moreCards,
];

/**
 * The nearest inputs that fit: of each kind of change the mildest variant that does, and where no single change helps
 * the leanest recipe, if that fits, alone and with as many more cards as it takes.
 */
export function findRemedies(input: PlanInput, draft: Draft): Remedy[] {
  const single = changes.map((change) => mildest(change(input, draft))).filter((remedy) => remedy !== null);
  if (single.some((remedy) => remedy.input.cards === input.cards)) return single;
  const leanest = leanestRecipe(input);
  if (draftPlan(leanest.input, 'give-up') !== null) return [leanest, ...single];
  if (single.length > 0) return single;
  const more = mildest(moreCards(leanest.input));
  return more === null ? [] : [{ text: `${leanest.text}, and ${more.text}`, input: more.input }];
}

/** One sentence that offers them. */
export function describeRemedies(remedies: readonly Remedy[]): string {
  if (remedies.length === 0) {
    return 'Choose a smaller model, or larger cards: no smaller micro-batch, checkpointing, shorter cut-off or reasonable number of further cards is enough.';
  }
  const offers = remedies.map((remedy) => remedy.text);
  return remedies.length === 1
    ? `This fits: ${offers[0]}.`
    : `Any one of these fits: ${listed(offers, 'or')}.`;
}

/** The first variant that fits; they are ordered so that once one fits, all later ones do. */
function mildest(variants: readonly Remedy[]): Remedy | null {
  let low = 0;
  let high = variants.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (draftPlan(variants[middle]!.input, 'give-up') !== null) high = middle;
    else low = middle + 1;
  }
  return variants[low] ?? null;
}

function withRecipe(input: PlanInput, change: Partial<PlanInput['recipe']>, text: string): Remedy {
  return { text, input: { ...input, recipe: { ...input.recipe, ...change } } };
}

function automaticSplit(input: PlanInput): Remedy[] {
  return input.recipe.split === 'auto' ? [] : [withRecipe(input, { split: 'auto' }, 'set split=auto')];
}

function fullCheckpointing(input: PlanInput, { workload }: Draft): Remedy[] {
  if (workload.checkpointing === 'full') return [];
  return [withRecipe(input, { checkpointing: 'full' }, 'set checkpointing=full')];
}

function leanerSchedule(input: PlanInput): Remedy[] {
  return input.recipe.schedule === 'gpipe'
    ? [withRecipe(input, { schedule: '1f1b' }, 'set schedule=1f1b')]
    : [];
}

function hostTransport(input: PlanInput): Remedy[] {
  return input.recipe.transport === 'nccl'
    ? [withRecipe(input, { transport: 'host' }, 'set transport=host')]
    : [];
}

function smallerMicroBatch(input: PlanInput): Remedy[] {
  const { batchSize, microBatchSize, dataParallel } = input.recipe;
  return Array.from({ length: microBatchSize - 1 }, (_, index) => microBatchSize - 1 - index)
    .filter((size) => batchSize % (size * dataParallel) === 0)
    .map((size) => withRecipe(input, { microBatchSize: size }, `set microBatchSize=${size}`));
}

function fewerReplicas(input: PlanInput): Remedy[] {
  const { batchSize, microBatchSize, dataParallel } = input.recipe;
  return Array.from({ length: dataParallel - 1 }, (_, index) => dataParallel - 1 - index)
    .filter((replicas) => batchSize % (microBatchSize * replicas) === 0)
    .map((replicas) => withRecipe(input, { dataParallel: replicas }, `set dataParallel=${replicas}`));
}

function halfPrecision(input: PlanInput): Remedy[] {
  if (input.recipe.precision !== 'fp32' || input.cards.length === 0) return [];
  return [withRecipe(input, { precision: 'auto' }, 'set precision=auto')];
}

function shorterCutoff(input: PlanInput, { workload }: Draft): Remedy[] {
  const longest = Math.ceil(workload.lengths.longest / CUTOFF_STEP) - 1;
  return Array.from({ length: Math.max(0, longest) }, (_, index) => (longest - index) * CUTOFF_STEP).map(
    (cutoff) => withRecipe(input, { cutoffLength: cutoff }, `set cutoffLength=${cutoff}`),
  );
}

function fewerTrainedLayers(input: PlanInput): Remedy[] {
  const { method, freeze } = input.recipe;
  if (method !== 'freeze') return [];
  return Array.from({ length: freeze.layers - 1 }, (_, index) => freeze.layers - 1 - index).map((layers) =>
    withRecipe(input, { freeze: { layers } }, `set freeze.layers=${layers}`),
  );
}

/** Further cards like the most common one. A split of the user's would not use them. */
function moreCards(input: PlanInput): Remedy[] {
  const { cards } = input;
  const ofKind = Map.groupBy(cards, (card) => card.kind.id);
  const [commonest] = [...ofKind.values()].toSorted((a, b) => b.length - a.length);
  const card = commonest?.reduce((most, other) => (other.freeBytes > most.freeBytes ? other : most));
  if (card === undefined) return [];
  return Array.from({ length: Math.max(0, MOST_CARDS - cards.length) }, (_, index) => {
    const further = Array.from(
      { length: index + 1 },
      (_, place): Card => furtherCard(card, cards.length + place),
    );
    const { recipe } = withRecipe(input, { split: 'auto' }, '').input;
    const total = commonest!.length + index + 1;
    return {
      text: `use ${total} cards like ${card.kind.name} instead of ${commonest!.length}`,
      input: { ...input, recipe, cards: [...cards, ...further] },
    };
  });
}

function furtherCard(like: Card, index: number): Card {
  return { ...like, index, uuid: `imagined-${index}`, processes: [], imagined: true };
}

/** Everything small at once. */
function leanestRecipe(input: PlanInput): Remedy {
  const cutoffLength = Math.min(input.recipe.cutoffLength, 4 * CUTOFF_STEP);
  const change = {
    microBatchSize: 1,
    checkpointing: 'full',
    schedule: '1f1b',
    split: 'auto',
    cutoffLength,
  } as const;
  return withRecipe(
    input,
    change,
    `set microBatchSize=1, checkpointing=full and cutoffLength=${cutoffLength} together`,
  );
}
