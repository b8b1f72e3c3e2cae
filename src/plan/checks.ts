import { type Draft, idealMicroBatches } from './draft.ts';
import type { PlanInput } from './input.ts';
import { rowLengths, truncatedRows } from './lengths.ts';
import { type FoundProblem, found, nameOf } from './problem.ts';
import { findRemedies, MOST_CARDS } from './remedies.ts';
import type { Slot } from './slots.ts';
import { trainingRows } from './steps.ts';

/** What the checks look at. */
export interface Checked {
  input: PlanInput;
  draft: Draft;
  hostRamBytes: number;
  diskBytes: number;
}

/** Memory missing from an idle card beyond this is held by somebody: drivers reserve less than 1 GiB. */
const RESERVED_BYTES = 1.5 * 2 ** 30;
/** Cards fuller than this leave too little for what the estimates miss. */
const TIGHT = 0.95;
/** A shortage of some bytes is not shown as none. */
const LEAST_SHOWN = 0.1 * 2 ** 20;
/** Share of truncated rows that is worth a word. */
const TRUNCATED_SHARE = 0.01;
/** Below it the pipeline stands still for more than a third of the time. */
const LEAST_EFFICIENCY = 0.65;

/** Looks for one thing that can be wrong. */
type Check = (checked: Checked) => FoundProblem | null;

const checks: readonly Check[] = [
  ({ draft }) => draft.precision.problem,
  migEnabled,
  ncclWithoutCards,
  ncclOnSharedCard,
  batchSize,
  wontFit,
  tightFit,
  memoryHeld,
  emulationOvercommitted,
  hostRam,
  diskSpace,
  batchExceedsData,
  rowsTruncated,
  cutoffBeyondPositions,
  pipelineBubble,
];

/** Everything that is wrong with a plan, errors first. */
export function findProblems(checked: Checked): FoundProblem[] {
  const problems = checks.map((check) => check(checked)).filter((problem) => problem !== null);
  return problems.toSorted((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));
}

function migEnabled({ input }: Checked): FoundProblem | null {
  const split = input.cards.filter((card) => card.migEnabled);
  return split.length === 0 ? null : found('error', 'mig-enabled', { cards: split.map(nameOf) });
}

function ncclWithoutCards({ input, draft }: Checked): FoundProblem | null {
  if (input.recipe.transport !== 'nccl' || draft.device === 'cuda') return null;
  return found('error', 'nccl-without-cards', null);
}

function ncclOnSharedCard({ input: { recipe, cards }, draft }: Checked): FoundProblem | null {
  const on = cards.find((card) => card.emulation)?.emulation?.on;
  if (on === undefined || recipe.transport !== 'nccl' || draft.device === 'cpu') return null;
  return found('error', 'nccl-on-shared-card', { on });
}

function batchSize({ input: { recipe } }: Checked): FoundProblem | null {
  if (recipe.packing || Number.isInteger(idealMicroBatches(recipe))) return null;
  const { batchSize, microBatchSize, dataParallel } = recipe;
  const unit = microBatchSize * dataParallel;
  const below = Math.floor(batchSize / unit) * unit;
  const choices = below > 0 ? [below, below + unit] : [unit];
  return found('error', 'batch-size', { batchSize, microBatchSize, dataParallel, unit, choices });
}

function wontFit({ input, draft }: Checked): FoundProblem | null {
  if (draft.fits) return null;
  const short = draft.stages
    .map((stage, index) => ({ ...stage, index }))
    .filter((stage) => stage.predictedBytes > stage.slot.capacityBytes)
    .map(({ slot, index, predictedBytes, from, to }) => ({
      ...placeOf(slot, index),
      first: from,
      last: to - 1,
      needs: predictedBytes,
      has: slot.capacityBytes,
      missing: Math.max(predictedBytes - slot.capacityBytes, LEAST_SHOWN),
    }));
  const offers = findRemedies(input).map(({ settings, cards }) => ({ settings, cards }));
  return found('error', 'wont-fit', { short, offers, mostCards: MOST_CARDS });
}

function tightFit({ draft }: Checked): FoundProblem | null {
  if (!draft.fits) return null;
  const shares = draft.stages.map((stage) => stage.predictedBytes / stage.slot.capacityBytes);
  const fullest = Math.max(...shares);
  if (fullest <= TIGHT) return null;
  const index = shares.indexOf(fullest);
  const { slot, predictedBytes } = draft.stages[index]!;
  const on = placeOf({ cards: slot.cards.slice(0, 1) }, index);
  return found('warning', 'tight-fit', { on, holds: predictedBytes, of: slot.capacityBytes });
}

function placeOf({ cards }: Pick<Slot, 'cards'>, rank: number) {
  return { cards: cards.map(nameOf), rank };
}

function memoryHeld({ input }: Checked): FoundProblem | null {
  const held = input.cards
    .filter((card) => !card.imagined && card.totalBytes - card.freeBytes > RESERVED_BYTES)
    .map((card) => ({
      ...nameOf(card),
      bytes: card.totalBytes - card.freeBytes,
      by: card.processes.map(({ name, pid }) => ({ name, pid })),
    }));
  return held.length === 0 ? null : found('warning', 'memory-held', { held });
}

/** Each rank keeps to its limit, but what they hold together may be more than the real card has. */
function emulationOvercommitted({ draft: { device, stages } }: Checked): FoundProblem | null {
  if (device === 'cpu') return null;
  const ranks = stages.flatMap(({ slot, predictedBytes }) =>
    slot.cards.flatMap(({ uuid, emulation }) =>
      emulation ? [{ uuid, on: emulation.on, predictedBytes }] : [],
    ),
  );
  for (const sharing of Map.groupBy(ranks, ({ uuid }) => uuid).values()) {
    const { on } = sharing[0]!;
    const needed = sharing.reduce((sum, { predictedBytes }) => sum + predictedBytes, 0);
    if (needed > on.freeBytes) {
      return found('warning', 'emulation-overcommitted', {
        on,
        ranks: sharing.length,
        needed,
        free: on.freeBytes,
      });
    }
  }
  return null;
}

/** Imagined cards stand in an imagined host. */
function isElsewhere({ input }: Checked): boolean {
  return input.cards.some((card) => card.imagined);
}

function hostRam(checked: Checked): FoundProblem | null {
  const { ramAvailableBytes: available, ramTotalBytes: total, swapTotalBytes: swap } = checked.input.host;
  const needed = checked.hostRamBytes;
  if (isElsewhere(checked) || needed <= available) return null;
  const swaps = needed <= total + swap;
  return found(swaps ? 'warning' : 'error', 'host-ram', { needed, available, total, swaps });
}

function diskSpace({ input: { freeDiskBytes: free }, diskBytes: needed }: Checked): FoundProblem | null {
  return free === null || needed <= free ? null : found('error', 'disk-space', { needed, free });
}

function batchExceedsData({ input: { recipe, data } }: Checked): FoundProblem | null {
  if (data === null) return null;
  const rows = trainingRows(data.rows, recipe.evalRatio);
  if (recipe.batchSize <= rows) return null;
  return found('warning', 'batch-exceeds-dataset', { batchSize: recipe.batchSize, rows });
}

function rowsTruncated({ input: { recipe, data, model } }: Checked): FoundProblem | null {
  if (data === null || data.rows === 0) return null;
  const rows = truncatedRows(data, recipe.cutoffLength);
  if (rows / data.rows < TRUNCATED_SHARE) return null;
  const readable = Math.min(data.tokens.longest, model.maxPositions);
  return found('warning', 'rows-truncated', {
    rows,
    of: data.rows,
    cutoff: recipe.cutoffLength,
    longest: data.tokens.longest,
    better: readable > recipe.cutoffLength ? readable : null,
  });
}

function cutoffBeyondPositions({ input: { recipe, data, model } }: Checked): FoundProblem | null {
  const { longest } = rowLengths(data, recipe.cutoffLength, recipe.batchSize);
  const positions = model.maxPositions;
  if (longest <= Math.max(positions, 8)) return null;
  const tokens = Math.min(recipe.cutoffLength, longest);
  return found('warning', 'cutoff-beyond-positions', { tokens, positions });
}

function pipelineBubble({ input: { recipe }, draft: { workload, stages } }: Checked): FoundProblem | null {
  if (stages.length === 1 || workload.schedule === 'naive') return null;
  const { microBatches, microBatchSize } = workload;
  // Ideal, with equal stages: M micro-batches take M + p - 1 turns.
  const efficiency = microBatches / (microBatches + stages.length - 1);
  if (efficiency >= LEAST_EFFICIENCY) return null;
  return found('warning', 'pipeline-bubble', {
    microBatches: Math.round(microBatches),
    stages: stages.length,
    efficiency,
    batchSize: Math.ceil((4 * stages.length * recipe.batchSize) / microBatches),
    canShrinkMicroBatch: microBatchSize > 1,
  });
}
