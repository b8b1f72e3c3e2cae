import { type Calibration, calibrationFor } from './measured-speed.ts';
import { microBatchesInFlight } from './memory.ts';
import {
  calibratedError,
  type ErrorBounds,
  REDUCTION_TRAFFIC,
  rates,
  speedError,
  UPDATE_TRAFFIC,
} from './rates.ts';
import type { Plan } from './schema.ts';
import type { Slot } from './slots.ts';
import { addWork, layerWork, lossWork, noWork, type Work } from './work.ts';
import { computeBytes, layerParameters, type Workload } from './workload.ts';

/** What a plan's figures of speed rest on, and how far they may be off. */
export function describeSpeed(calibration: Calibration | null): string {
  if (calibration === null) {
    return (
      `Speed is estimated from the cards' rates. Of the trainings measured so far, on H100, H200 and CPU cores, ${within(speedError)}; ` +
      'other cards may be further off until their first run.'
    );
  }
  const { factor, date, exact } = calibration;
  const which = exact ? 'a training of this kind' : 'trainings of other kinds';
  const error = within(exact ? calibratedError.exact : calibratedError.alike);
  return (
    `Speed goes by ${which} on this machine (${date.slice(0, 10)}), which took ${percent(factor)} of the time estimated. ` +
    `Of the trainings that this was tried with, ${error}.`
  );
}

const within = ({ median, most }: ErrorBounds) =>
  `half came within ${percent(median)} of it and nine in ten within ${percent(most)}`;
const percent = (share: number) => `${Math.round(100 * share)} %`;

/** A stage on its slot. */
export interface PlacedStage {
  slot: Slot;
  from: number;
  to: number;
}

/** Seconds of one micro-batch, forward and backward. */
export interface StageTime {
  /** In which the stage computes. */
  busy: number;
  /** Until its neighbour after it has what it sent; 0 for the last. */
  hop: number;
  /** Whether a gradient comes back over that boundary. */
  returns: boolean;
}

/**
 * Seconds that a stage computes for one micro-batch, forward and backward: a roofline (Williams et al. 2009). Matrix products are bound
 * by the card's rate or by reading their weights, everything else by its memory, and every kernel takes a moment beside; so small
 * micro-batches reach less of a card than large ones. Kernels are computed while the host launches the next ones: whichever is slower.
 *
 * @returns a function that is cheap to call (prefix sums)
 */
export function busyModel(workload: Workload): (slot: Slot, from: number, to: number) => number {
  const { model, training, packedLength } = workload;
  const layers = model.layers.length;
  const kind = model.attention === 'eager' ? 'eager' : packedLength === null ? 'flash' : 'masked';
  const launching = !workload.onCards ? 'cpu' : workload.graphed ? 'graphed' : 'eager';
  const launch = rates.launchSeconds[launching];
  const kernelSeconds = rates.kernelSeconds[launching];
  const recomputes = workload.checkpointing === 'full' ? 1 : 0;
  const sums: Work[] = [noWork];
  for (let index = 0; index < layers; index++) {
    const { forward, backward } = layerWork(workload, index);
    const returns = index >= training.firstTrainedLayer ? 1 : 0;
    sums.push(addWork(addWork(sums[index]!, forward, 1 + returns * recomputes), backward, returns));
  }
  const loss = lossWork(workload);

  function seconds(slot: Slot, work: Work): number {
    const products = Math.max(
      work.flops / (slot.flops * rates.gemm) + work.attentionFlops / (slot.flops * rates.attention[kind]),
      work.weightBytes / slot.memoryBandwidth,
    );
    const moving =
      work.bytes / rates.bandwidth.activations + work.parameterBytes / rates.bandwidth.parameters;
    const computing = products + moving / slot.memoryBandwidth + kernelSeconds * work.kernels;
    return Math.max(computing, launch * work.kernels);
  }

  return (slot, from, to) => {
    const work = addWork(sums[to]!, sums[from]!, -1);
    return seconds(slot, work) + (to === layers ? seconds(slot, loss) : 0);
  };
}

/** Seconds of a boundary tensor from one stage to the next. Through the host it is copied out, sent by gloo, and copied in. */
function hopSeconds(workload: Workload, linkBandwidth: number): number {
  const { model, lengths, microBatchSize, transport, onCards } = workload;
  const bytes = microBatchSize * lengths.padded * model.hiddenSize * computeBytes(workload.precision);
  const copy = bytes / (linkBandwidth * rates.link);
  if (!onCards) return rates.hopSeconds.cpu + bytes / rates.gloo;
  if (transport === 'nccl') return rates.hopSeconds.nccl + copy;
  return rates.hopSeconds.host + 2 * copy + bytes / rates.gloo;
}

/** Seconds in which the tensors of a micro-batch cross the boundary after a stage on that slot, there and back. */
export function transferSeconds(workload: Workload, { linkBandwidth }: Slot): number {
  return (workload.training.firstTrainedLayer === 0 ? 2 : 1) * hopSeconds(workload, linkBandwidth);
}

/**
 * Seconds of a stage as the search for a split reckons them: with the boundary after it, there and back, as if nothing of that were hidden.
 * For like stages under 1F1B this is right to one part in their number (`pipelineSeconds`).
 */
export function timeModel(workload: Workload): (slot: Slot, from: number, to: number) => number {
  const { model, training } = workload;
  const busy = busyModel(workload);
  return (slot, from, to) => {
    if (to === model.layers.length) return busy(slot, from, to);
    const trips = training.firstTrainedLayer < to ? 2 : 1;
    return busy(slot, from, to) + trips * hopSeconds(workload, slot.linkBandwidth);
  };
}

/** What the search makes least: the sum over the stages, and the slowest for every other micro-batch. */
export function reckonedSeconds(stageSeconds: readonly number[], workload: Workload): number {
  const once = stageSeconds.reduce((sum, seconds) => sum + seconds, 0);
  if (workload.schedule === 'naive') return workload.microBatches * once;
  return once + (workload.microBatches - 1) * Math.max(...stageSeconds);
}

/** The stages' times in their order. */
export function stageTimes(stages: readonly PlacedStage[], workload: Workload): StageTime[] {
  const busy = busyModel(workload);
  return stages.map(({ slot, from, to }, index) => {
    const next = stages[index + 1];
    const link = Math.min(slot.linkBandwidth, next?.slot.linkBandwidth ?? slot.linkBandwidth);
    return {
      busy: busy(slot, from, to),
      hop: next === undefined ? 0 : hopSeconds(workload, link),
      returns: next !== undefined && workload.training.firstTrainedLayer < to,
    };
  });
}

/**
 * Seconds of the pipeline for one optimizer step: the first micro-batch passes every stage and boundary, and each of the others follows a
 * beat later. The beat is the slowest stage's, unless 1F1B waits for gradients: while one micro-batch goes from a stage to the last and back,
 * that stage has as many beats as micro-batches in flight (the greatest mean of a cycle: Baccelli et al. 1992, section 2.3). What travels
 * is hidden behind the computation but for that. One card at a time, everything adds up.
 */
export function pipelineSeconds(stages: readonly StageTime[], workload: Workload): number {
  const trips = ({ hop, returns }: StageTime) => (returns ? 2 : 1) * hop;
  const once = stages.reduce((sum, stage) => sum + stage.busy + trips(stage), 0);
  if (workload.schedule === 'naive') return workload.microBatches * once;
  let beat = Math.max(...stages.map(({ busy, hop }) => Math.max(busy, hop)));
  let loop = 0;
  for (let index = stages.length - 1; index >= 0; index--) {
    const stage = stages[index]!;
    if (index < stages.length - 1 && !stage.returns) break;
    loop += stage.busy + 2 * stage.hop;
    beat = Math.max(beat, loop / microBatchesInFlight(workload, stages.length - 1 - index));
  }
  return once + (workload.microBatches - 1) * beat;
}

/** Seconds of a pipeline of so many like stages, for comparing workloads before it is known what lies where. */
export function evenSeconds(workload: Workload, slot: Slot, count: number): number {
  const busy = busyModel(workload)(slot, 0, workload.model.layers.length) / count;
  const hop = hopSeconds(workload, slot.linkBandwidth);
  const stages = Array.from({ length: count }, (_, index) => {
    const isLast = index === count - 1;
    return { busy, hop: isLast ? 0 : hop, returns: !isLast };
  });
  return pipelineSeconds(stages, workload);
}

/** Ranks on one card without a share of its multiprocessors for each take turns: no sooner than all of them are done. */
function sharedCardSeconds(
  stages: readonly PlacedStage[],
  times: readonly StageTime[],
  { microBatches }: Workload,
): number {
  const byCard = new Map<string, number>();
  for (const [index, { slot }] of stages.entries()) {
    for (const { uuid, emulation } of slot.cards) {
      if (emulation?.smPercent !== null) continue;
      byCard.set(uuid, (byCard.get(uuid) ?? 0) + microBatches * times[index]!.busy);
    }
  }
  return Math.max(0, ...byCard.values()) / rates.turns;
}

/** Seconds of a whole step, tokens/s over all replicas, and the share of it that the cards compute. */
export function throughput(stages: readonly PlacedStage[], workload: Workload): Plan['throughput'] {
  const times = stageTimes(stages, workload);
  const pipeline = Math.max(pipelineSeconds(times, workload), sharedCardSeconds(stages, times, workload));
  const { sum, update } = afterPipeline(stages, workload);
  const stepSeconds = rates.stepSeconds + pipeline + sum + update;
  const rows = workload.microBatches * workload.microBatchSize * workload.dataParallel;
  const busy = workload.microBatches * times.reduce((sum, stage) => sum + stage.busy, 0);
  const { microBatches, seconds } = rehearsal(stages, workload);
  const calibration = calibrationFor(stages, workload);
  const factor = calibration?.factor ?? 1;
  return {
    tokensPerSecond: (rows * workload.lengths.mean) / (factor * stepSeconds),
    stepSeconds: factor * stepSeconds,
    pipelineEfficiency: busy / (stages.length * pipeline),
    calibration,
    rehearsal: { microBatches, seconds: factor * seconds },
  };
}

/** The longest rows there are, as many as a step has at most, forward and backward. */
function rehearsal(stages: readonly PlacedStage[], workload: Workload): Plan['throughput']['rehearsal'] {
  const { lengths, mostMicroBatches: microBatches } = workload;
  const { longest, mean } = lengths;
  const learned = Math.min(longest, (lengths.learned * longest) / mean);
  const hardest: Workload = {
    ...workload,
    microBatches,
    lengths: { longest, padded: longest, mean: longest, learned },
  };
  const times = stageTimes(stages, hardest);
  const seconds = Math.max(pipelineSeconds(times, hardest), sharedCardSeconds(stages, times, hardest));
  return { microBatches, seconds: seconds + afterPipeline(stages, workload).sum };
}

/** Seconds of the slowest stage for what follows the pipeline: replicas sum their gradients, and Adam takes its step. */
function afterPipeline(stages: readonly PlacedStage[], workload: Workload): { sum: number; update: number } {
  const { model, training, dataParallel, transport, onCards } = workload;
  const seconds = stages.map(({ slot, from, to }) => {
    let trained = 0;
    for (let index = from; index < to; index++) trained += layerParameters(model, training, index).trained;
    const memory = slot.memoryBandwidth * rates.bandwidth.parameters;
    // A ring passes 2 (R - 1) / R times the size of what it sums.
    const passed = (2 * (dataParallel - 1) * 4 * trained) / dataParallel;
    const rate = onCards && transport === 'nccl' ? slot.linkBandwidth * rates.link : rates.glooSum;
    const moved = dataParallel > 1 ? REDUCTION_TRAFFIC * trained : 0;
    return { sum: passed / rate + moved / memory, update: (UPDATE_TRAFFIC * trained) / memory };
  });
  return {
    sum: Math.max(...seconds.map(({ sum }) => sum)),
    update: Math.max(...seconds.map(({ update }) => update)),
  };
}
