import { exitCodes, UserError } from '../errors.ts';
import { type ArrangedStage, arrange, arrangeAnyway, canArrange, type SplitChoice } from './arrange.ts';
import { hideTransfers } from './eager.ts';
import type { PlanInput } from './input.ts';
import { areOfOneLength, groupedRowLengths, rowLengths } from './lengths.ts';
import { type Correction, correctionBy } from './measured.ts';
import { type Layout, packedLayouts } from './packing.ts';
import { decidePrecision, type PrecisionDecision } from './precision.ts';
import { cardSlots, hostSlots, type Slot } from './slots.ts';
import { resolveTargets } from './targets.ts';
import { evenSeconds, throughput } from './throughput.ts';
import type { Training, Workload } from './workload.ts';

/** Stages of CPU ranks when nobody says: the least that is a pipeline. More only split the same cores. */
const CPU_STAGES = 2;
/** Without checkpointing a card must keep this share free: activations are the least certain of the estimates. */
const HEADROOM = 0.1;

/** Everything decided, before it is checked and put into words. */
export interface Draft {
  device: 'cuda' | 'cpu';
  precision: PrecisionDecision;
  workload: Workload;
  /** LoRA's module names; null for freeze. */
  targets: string[] | null;
  /** In pipeline order. */
  stages: ArrangedStage[];
  fits: boolean;
}

/**
 * Decides everything a plan needs.
 *
 * @param otherwise what to do where nothing fits: give up, or draw the plan that overflows the least
 * @throws UserError where the input yields no plan at all: `no-cards`, `too-many-replicas`, `split-sum`, `split-stages`,
 *   `freeze-layers`, `unknown-target`
 */
export function draftPlan(input: PlanInput, otherwise: 'give-up'): Draft | null;
export function draftPlan(input: PlanInput, otherwise: 'overflow'): Draft;
export function draftPlan(input: PlanInput, otherwise: 'give-up' | 'overflow'): Draft | null {
  const { slots, choice, attempts, ...decided } = openPlan(input);
  let fastest: (Pick<Draft, 'workload' | 'stages'> & { seconds: number }) | null = null;
  const placed = new Set<string>();
  for (const { workload, scale } of attempts) {
    // Kept activations and graphs can bend the split so far that steps are shorter without; the host's transport and shorter packed rows
    // are for where nothing else has room.
    const way = [workload.checkpointing, workload.graphed].join();
    if (fastest && (workload.transport !== fastest.workload.transport || placed.has(way))) continue;
    const stages = arrange(workload, slots, choice, scale);
    if (stages === null) continue;
    placed.add(way);
    const found = hideTransfers(workload, stages, scale);
    const seconds = throughput(found.stages, found.workload).stepSeconds;
    if (fastest === null || seconds < fastest.seconds) fastest = { ...found, seconds };
  }
  if (fastest) {
    const { workload, stages } = fastest;
    return { ...decided, workload, stages, fits: true };
  }
  if (otherwise === 'give-up') return null;
  const { workload } = attempts.at(-1)!;
  return { ...decided, workload, stages: arrangeAnyway(workload, slots, choice), fits: false };
}

/** Bytes that are left on the fullest card. */
export const headroomOf = (stages: Draft['stages']) =>
  Math.min(...stages.map(({ slot, predictedBytes }) => slot.capacityBytes - predictedBytes));

/** Whether `draftPlan` finds a plan that fits, without looking for the best one. */
export function canPlan(input: PlanInput): boolean {
  const { slots, choice, attempts } = openPlan(input);
  return attempts.some(({ workload, scale }) => canArrange(workload, slots, choice, scale));
}

/** A plan but for what lies where. */
interface Opening extends Pick<Draft, 'device' | 'precision' | 'targets'> {
  slots: Slot[];
  choice: SplitChoice;
  /** In the order to be tried, with the share of each card that may be filled. */
  attempts: { workload: Workload; scale: number }[];
}

function openPlan(input: PlanInput): Opening {
  const { recipe, cards, model } = input;
  const device = decideDevice(input);
  const precision = decidePrecision(recipe.precision, cards);
  const choice = chooseSplit(input);
  const correction = correctionBy(input.measuredMemory);
  const slots = makeSlots(input, precision, choice, correction);
  const targets = recipe.method === 'lora' ? resolveTargets(recipe.lora.targets, model) : null;
  const common = {
    model,
    training: describeTraining(input, targets),
    precision: precision.value,
    schedule: recipe.schedule,
    eager: false,
    microBatchSize: recipe.microBatchSize,
    dataParallel: recipe.dataParallel,
    sharesKeys: cards.length > 0 && oldest(cards) >= FLASH_ATTENTION,
    contextBytes: contextBytes(cards),
    onCards: cards.length > 0,
    surplusShare: correction.share,
    measuredSpeeds: input.measuredSpeeds,
  };
  const chosen = chooseAttempts(input, device);
  const { scale: _, ...fastest } = chosen[0]!;
  const layouts = chooseLayouts(input, (layout) =>
    evenSeconds({ ...common, ...fastest, ...layout }, slots[0]!, choice.stages ?? slots.length),
  );
  const attempts = chosen.flatMap(({ scale, ...attempt }) =>
    layouts.map((layout) => ({ scale, workload: { ...common, ...attempt, ...layout } })),
  );
  return { device, precision, targets, slots, choice, attempts };
}

/** Compute capability from which on torch has flash attention, and with it kernels that share keys and values. */
const FLASH_ATTENTION = 8;

const oldest = (cards: PlanInput['cards']) =>
  Math.min(...cards.map(({ kind }) => Number(kind.computeCapability)));

/**
 * CUDA's context with lazily loaded kernels: 758 MiB for a rank on an H200 (torch 2.11, driver 580, `bench --memory`, 2026-11-27); 0.3 to
 * 0.6 GB on cards with fewer multiprocessors, of which none was measured. Without cards, the resident size of a process that has
 * imported torch 2.13 (CPU), transformers 5.18 and peft 0.21.
 */
function contextBytes(cards: PlanInput['cards']): number {
  if (cards.length === 0) return 0.7e9;
  return Math.max(...cards.map(({ kind }) => Number(kind.computeCapability))) >= 9 ? 795e6 : 0.5e9;
}

/** Micro-batches of a replica and step where each sample has a row of its own; a whole number in a valid recipe. */
export function idealMicroBatches(recipe: PlanInput['recipe']): number {
  return recipe.batchSize / (recipe.microBatchSize * recipe.dataParallel);
}

/** How samples may be laid out, the fastest way first and the leanest last. */
function chooseLayouts({ recipe, data }: PlanInput, secondsOf: (layout: Layout) => number): Layout[] {
  if (recipe.packing) return packedLayouts({ ...recipe, data, secondsOf });
  const microBatches = Math.max(1, Math.round(idealMicroBatches(recipe)));
  const lengths = recipe.groupByLength
    ? groupedRowLengths(data, recipe.cutoffLength, recipe.batchSize)
    : rowLengths(data, recipe.cutoffLength, recipe.batchSize);
  return [{ packedLength: null, microBatches, mostMicroBatches: microBatches, lengths }];
}

function decideDevice({ device, cards }: PlanInput): 'cuda' | 'cpu' {
  if (device === 'cuda' && cards.length === 0) {
    throw new UserError('no-cards', null, exitCodes.refused);
  }
  return device === 'cpu' || cards.length === 0 ? 'cpu' : 'cuda';
}

/** What `auto` leaves open, with the share of each card it may fill. */
type Attempt = Pick<Workload, 'checkpointing' | 'transport' | 'graphed'> & { scale: number };

/**
 * What may be tried for the recipe's `auto`s, the fastest first, as long as the split is no other for it, and the leanest last. Checkpointing costs a forward
 * pass, so it is the second choice, after doing without CUDA graphs, which spare the host its launches for some memory; the host's
 * transport is slower than NCCL but leaves NCCL's buffers free.
 */
function chooseAttempts(input: PlanInput, device: 'cuda' | 'cpu'): Attempt[] {
  const { recipe, cards } = input;
  const graphs = mayBeGraphed(input, device) ? [true, false] : [false];
  const variants = possibleTransports(recipe.transport, cards, device).flatMap((transport) =>
    graphs.map((graphed) => ({ transport, graphed, scale: 1 })),
  );
  const full = variants.map((variant) => ({ ...variant, checkpointing: 'full' }) as const);
  const none = variants.map((variant) => ({ ...variant, checkpointing: 'none' }) as const);
  if (recipe.checkpointing !== 'auto') return recipe.checkpointing === 'full' ? full : none;
  const roomy = none.filter(({ transport }) => transport === none[0]!.transport);
  return [...roomy.map((variant) => ({ ...variant, scale: 1 - HEADROOM })), ...full];
}

/** Graphs are captured for one shape; GPipe would need one for every micro-batch of a step. */
function mayBeGraphed({ recipe, data }: PlanInput, device: 'cuda' | 'cpu'): boolean {
  if (device === 'cpu' || recipe.cudaGraphs === 'off' || recipe.schedule === 'gpipe') return false;
  return recipe.packing || areOfOneLength(data, recipe.cutoffLength);
}

/** NCCL joins distinct GPUs; everything else goes through the host. */
function possibleTransports(
  asked: PlanInput['recipe']['transport'],
  cards: PlanInput['cards'],
  device: 'cuda' | 'cpu',
): ('nccl' | 'host')[] {
  if (device === 'cpu') return ['host'];
  if (asked !== 'auto') return [asked];
  const areDistinct = new Set(cards.map((card) => card.uuid)).size === cards.length;
  return areDistinct ? ['nccl', 'host'] : ['host'];
}

function describeTraining({ recipe, model }: PlanInput, targets: string[] | null): Training {
  if (targets !== null) {
    const { rank, dropout } = recipe.lora;
    return {
      method: 'lora',
      firstTrainedLayer: 0,
      lora: { rank, dropout: dropout > 0, targets: new Set(targets) },
    };
  }
  const layers = model.layers.length;
  if (recipe.freeze.layers > layers) {
    throw new UserError('freeze-layers', { wanted: recipe.freeze.layers, layers, model: model.source });
  }
  return { method: 'freeze', firstTrainedLayer: layers - recipe.freeze.layers, lora: null };
}

/** Reads `split`; the number of stages is also fixed for CPU ranks, where more or fewer would be as good. */
function chooseSplit({ recipe, model, cards }: PlanInput): SplitChoice {
  const layers = model.layers.length;
  if (recipe.split === 'auto') {
    return { starts: null, stages: cards.length > 0 ? null : Math.min(CPU_STAGES, layers) };
  }
  const sizes = recipe.split.split(',').map(Number);
  const sum = sizes.reduce((total, size) => total + size, 0);
  if (sum !== layers || sizes.includes(0)) {
    throw new UserError('split-sum', { split: recipe.split, sum, layers, model: model.source });
  }
  const starts = sizes.map((_, stage) => sizes.slice(0, stage).reduce((total, size) => total + size, 0));
  return { starts, stages: sizes.length };
}

function makeSlots(
  { recipe, cards, host }: PlanInput,
  precision: PrecisionDecision,
  choice: SplitChoice,
  correction: Correction,
): Slot[] {
  const { dataParallel } = recipe;
  if (cards.length === 0) return hostSlots(host, choice.stages ?? CPU_STAGES, dataParallel, correction);
  if (dataParallel > cards.length) {
    throw new UserError('too-many-replicas', { dataParallel, cards: cards.length });
  }
  const slots = cardSlots(cards, precision.value, dataParallel, correction);
  if (choice.stages !== null && choice.stages > slots.length) {
    throw new UserError('split-stages', {
      split: String(recipe.split),
      stages: choice.stages,
      places: slots.length,
      replicas: dataParallel,
    });
  }
  if (!cards.some(({ emulation }) => emulation)) return slots;
  // The limit of an emulated card is the allocator's; the context lies beside it.
  return slots.map((slot) => ({ ...slot, capacityBytes: slot.capacityBytes + contextBytes(cards) }));
}
