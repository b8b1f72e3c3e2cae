import { type Draft, idealMicroBatches } from './draft.ts';
import type { PlanInput } from './input.ts';
import { truncatedRows } from './lengths.ts';
import { describeRemedies, findRemedies } from './remedies.ts';
import type { Problem } from './schema.ts';
import { trainingRows } from './steps.ts';
import { cardLabel, GiB, inGiB, inPercent, listed } from './wording.ts';

/** What the checks look at. */
export interface Checked {
  input: PlanInput;
  draft: Draft;
  hostRamBytes: number;
  diskBytes: number;
}

/** Memory missing from an idle card beyond this is held by somebody: drivers reserve less than 1 GiB. */
const RESERVED_BYTES = 1.5 * GiB;
/** Cards fuller than this leave too little for what the estimates miss. */
const TIGHT = 0.95;
/** A shortage is not shown as 0.0 GiB. */
const LEAST_SHOWN = 0.1 * GiB;
/** Share of truncated rows that is worth a word. */
const TRUNCATED_SHARE = 0.01;
/** Below it the pipeline stands still for more than a third of the time. */
const LEAST_EFFICIENCY = 0.65;

/** Looks for one thing that can be wrong. */
type Check = (checked: Checked) => Problem | null;

const checks: readonly Check[] = [
  ({ draft }) => draft.precision.problem,
  migEnabled,
  ncclWithoutCards,
  batchSize,
  wontFit,
  tightFit,
  memoryHeld,
  hostRam,
  diskSpace,
  batchExceedsData,
  rowsTruncated,
  cutoffBeyondPositions,
  pipelineBubble,
];

/** Everything that is wrong with a plan, errors first. */
export function findProblems(checked: Checked): Problem[] {
  const problems = checks.map((check) => check(checked)).filter((problem) => problem !== null);
  return problems.toSorted((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));
}

function error(code: string, message: string, fix: string): Problem {
  return { code, severity: 'error', message, fix };
}

function warning(code: string, message: string, fix: string): Problem {
  return { code, severity: 'warning', message, fix };
}

function migEnabled({ input }: Checked): Problem | null {
  const split = input.cards.filter((card) => card.migEnabled);
  if (split.length === 0) return null;
  return error(
    'mig-enabled',
    `MIG is enabled on ${listed(split.map(cardLabel))}: its instances cannot talk to each other, so a model cannot be sharded over them.`,
    'Disable it with `sudo nvidia-smi -i INDEX -mig 0`, or choose other cards with --gpus.',
  );
}

function ncclWithoutCards({ input, draft }: Checked): Problem | null {
  if (input.recipe.transport !== 'nccl' || draft.device === 'cuda') return null;
  return error(
    'nccl-without-cards',
    'transport=nccl needs ranks on GPUs, but these run on the CPU.',
    'Set transport=auto.',
  );
}

function batchSize({ input: { recipe } }: Checked): Problem | null {
  if (Number.isInteger(idealMicroBatches(recipe))) return null;
  const unit = recipe.microBatchSize * recipe.dataParallel;
  const below = Math.floor(recipe.batchSize / unit) * unit;
  const choices = (below > 0 ? [below, below + unit] : [unit]).map(String);
  return error(
    'batch-size',
    `batchSize ${recipe.batchSize} is not a multiple of microBatchSize ${recipe.microBatchSize} x dataParallel ${recipe.dataParallel} = ${unit}.`,
    `Set batchSize=${listed(choices, 'or')}.`,
  );
}

function wontFit({ input, draft }: Checked): Problem | null {
  if (draft.fits) return null;
  const short = draft.stages
    .map((stage, index) => ({ ...stage, index }))
    .filter((stage) => stage.predictedBytes > stage.slot.capacityBytes)
    .map(({ slot, index, predictedBytes, from, to }) => {
      const place = slot.cards.length > 0 ? listed(slot.cards.map(cardLabel)) : `CPU rank ${index}`;
      const needs = `${inGiB(predictedBytes)} for layers ${from} to ${to - 1} and has ${inGiB(slot.capacityBytes)} free`;
      const missing = Math.max(predictedBytes - slot.capacityBytes, LEAST_SHOWN);
      return `${place} needs ${needs}, ${inGiB(missing)} too little`;
    });
  return error('wont-fit', `It does not fit: ${short.join('; ')}.`, describeRemedies(findRemedies(input)));
}

function tightFit({ draft }: Checked): Problem | null {
  if (!draft.fits) return null;
  const shares = draft.stages.map((stage) => stage.predictedBytes / stage.slot.capacityBytes);
  const fullest = Math.max(...shares);
  if (fullest <= TIGHT) return null;
  const { slot, predictedBytes } = draft.stages[shares.indexOf(fullest)]!;
  const place = slot.cards.length > 0 ? cardLabel(slot.cards[0]!) : 'a CPU rank';
  return warning(
    'tight-fit',
    `It fits, but barely: ${place} is to hold ${inGiB(predictedBytes)} of ${inGiB(slot.capacityBytes)}, and part of that is an estimate.`,
    'If it runs out of memory, shorten cutoffLength, lower microBatchSize or add a card.',
  );
}

function memoryHeld({ input }: Checked): Problem | null {
  const held = input.cards.filter(
    (card) => !card.imagined && card.totalBytes - card.freeBytes > RESERVED_BYTES,
  );
  if (held.length === 0) return null;
  const each = held.map((card) => {
    const holders = card.processes.map((process) => `${process.name} (pid ${process.pid})`);
    const by = holders.length > 0 ? ` by ${listed(holders)}` : '';
    return `${inGiB(card.totalBytes - card.freeBytes)} of ${cardLabel(card)}${by}`;
  });
  return warning(
    'memory-held',
    `Memory is in use: ${each.join('; ')}. The plan makes do with what is free.`,
    'End those processes if they are yours, or choose other cards with --gpus.',
  );
}

/** Imagined cards stand in an imagined host. */
function isElsewhere({ input }: Checked): boolean {
  return input.cards.some((card) => card.imagined);
}

function hostRam(checked: Checked): Problem | null {
  const { host } = checked.input;
  const needed = checked.hostRamBytes;
  if (isElsewhere(checked) || needed <= host.ramAvailableBytes) return null;
  const message = `The ranks need about ${inGiB(needed)} of host memory, and ${inGiB(host.ramAvailableBytes)} of ${inGiB(host.ramTotalBytes)} are available.`;
  if (needed > host.ramTotalBytes + host.swapTotalBytes) {
    return error('host-ram', message, 'Use fewer cards, or a host with more memory or swap.');
  }
  return warning('host-ram', `${message} Loading will swap.`, 'Close other programs, or use fewer cards.');
}

function diskSpace({ input, diskBytes }: Checked): Problem | null {
  if (input.freeDiskBytes === null || diskBytes <= input.freeDiskBytes) return null;
  return error(
    'disk-space',
    `Checkpoints, result and download need about ${inGiB(diskBytes)} of disk, and ${inGiB(input.freeDiskBytes)} are free.`,
    'Free some space, or put runs elsewhere with --runs-dir.',
  );
}

function batchExceedsData({ input: { recipe, data } }: Checked): Problem | null {
  if (data === null) return null;
  const rows = trainingRows(data.rows, recipe.evalRatio);
  if (recipe.batchSize <= rows) return null;
  return warning(
    'batch-exceeds-dataset',
    `batchSize ${recipe.batchSize} is more than the ${rows} rows to train on: every step takes the whole dataset.`,
    `Set batchSize to ${rows} or less.`,
  );
}

function rowsTruncated({ input: { recipe, data, model } }: Checked): Problem | null {
  if (data === null || data.rows === 0) return null;
  const rows = truncatedRows(data, recipe.cutoffLength);
  if (rows / data.rows < TRUNCATED_SHARE) return null;
  const longest = Math.min(data.tokens.longest, model.maxPositions);
  return warning(
    'rows-truncated',
    `${rows} of ${data.rows} rows (${inPercent(rows / data.rows)}) are longer than cutoffLength ${recipe.cutoffLength} and lose their end; the longest has ${data.tokens.longest} tokens.`,
    longest > recipe.cutoffLength
      ? `Set cutoffLength=${longest} if it fits, or shorten those rows.`
      : 'Shorten those rows.',
  );
}

function cutoffBeyondPositions({ input: { recipe, model }, draft }: Checked): Problem | null {
  if (draft.workload.lengths.longest <= Math.max(model.maxPositions, 8)) return null;
  return warning(
    'cutoff-beyond-positions',
    `Rows of up to ${Math.min(recipe.cutoffLength, draft.workload.lengths.longest)} tokens are longer than the ${model.maxPositions} positions the model was made for.`,
    `Set cutoffLength=${model.maxPositions} or less.`,
  );
}

function pipelineBubble({ draft: { workload, stages } }: Checked): Problem | null {
  if (stages.length === 1 || workload.schedule === 'naive') return null;
  // Ideal, with equal stages: M micro-batches take M + p - 1 turns.
  const efficiency = workload.microBatches / (workload.microBatches + stages.length - 1);
  if (efficiency >= LEAST_EFFICIENCY) return null;
  const batch = 4 * stages.length * workload.microBatchSize * workload.dataParallel;
  const smaller = workload.microBatchSize > 1 ? ', or lower microBatchSize' : '';
  return warning(
    'pipeline-bubble',
    `With ${workload.microBatches} micro-batches over ${stages.length} stages the cards compute at most ${inPercent(efficiency)} of the time.`,
    `Set batchSize=${batch} or so${smaller}.`,
  );
}
