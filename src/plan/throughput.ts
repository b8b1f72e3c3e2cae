import type { Plan } from './schema.ts';
import type { Slot } from './slots.ts';
import {
  adapterParameters,
  computeBytes,
  edgeParameters,
  layerParameters,
  type Workload,
} from './workload.ts';

/** Share of the catalogue's GEMM rate that a training step reaches: norms, softmax, dropout, casts cost the rest. Guess. */
const EFFICIENCY = 0.5;
/** Host time to launch the kernels of a layer once, forward or backward, seconds; hidden only by large batches. Guess. */
const LAUNCH_SECONDS = 0.5e-3;
/** Host transport crosses the link twice and copies once more on the way. Guess. */
const HOST_TRANSPORT_FACTOR = 3;
/** Bytes an Adam step reads and writes per trained parameter: weight, gradient and two moments in, three of them out. */
const ADAM_TRAFFIC = 28;

/** Said in every plan until speeds are calibrated by measurement. */
export const uncalibrated =
  'Speed is estimated from catalogue rates and has not been calibrated on these cards; take it as a rough guide.';

/** Work of a run of layers for one micro-batch. */
interface Work {
  flops: Float64Array;
  weightBytes: Float64Array;
  launches: Float64Array;
}

/**
 * Seconds a stage is busy with one micro-batch, forward and backward. Backward through frozen weights costs one
 * forward, trained weights another one, recomputation one more; layers before the first trained one only run forward.
 *
 * @returns a function that is cheap to call (prefix sums)
 */
export function timeModel(workload: Workload): (slot: Slot, from: number, to: number) => number {
  const { model, training, lengths, microBatchSize } = workload;
  const layers = model.layers.length;
  const work = layerWork(workload);
  const element = computeBytes(workload.precision);
  const boundaryBytes = microBatchSize * lengths.padded * model.hiddenSize * element;
  const hop = workload.transport === 'host' ? HOST_TRANSPORT_FACTOR : 1;
  // The loss runs the head forward, once more when its chunks are recomputed, and backward to the hidden states.
  const headFlops = 3 * 2 * model.headParameters * microBatchSize * lengths.learned;

  return (slot, from, to) => {
    const isLast = to === layers;
    const sum = (prefix: Float64Array) => prefix[to]! - prefix[from]!;
    const flops = sum(work.flops) + (isLast ? headFlops : 0);
    const bytes = sum(work.weightBytes) + (isLast ? element * edgeParameters(model, layers, layers) : 0);
    // A stage answers for the boundary after it: activations leave, and gradients come back if anything before needs them.
    const transfers = isLast ? 0 : 1 + Number(training.firstTrainedLayer < to);
    return (
      Math.max(flops / (slot.flops * EFFICIENCY), bytes / slot.memoryBandwidth) +
      LAUNCH_SECONDS * sum(work.launches) +
      (transfers * hop * boundaryBytes) / slot.linkBandwidth
    );
  };
}

/** Seconds in which the tensors of a micro-batch cross a boundary of the pipeline, there and back. */
export function transferSeconds(workload: Workload, { linkBandwidth }: Slot): number {
  const { model, training, lengths, microBatchSize } = workload;
  const bytes = microBatchSize * lengths.padded * model.hiddenSize * computeBytes(workload.precision);
  const hop = workload.transport === 'host' ? HOST_TRANSPORT_FACTOR : 1;
  return ((training.firstTrainedLayer === 0 ? 2 : 1) * hop * bytes) / linkBandwidth;
}

/** Prefix sums over the layers. */
function layerWork(workload: Workload): Work {
  const { model, training, lengths } = workload;
  const count = model.layers.length + 1;
  const work: Work = {
    flops: new Float64Array(count),
    weightBytes: new Float64Array(count),
    launches: new Float64Array(count),
  };
  const tokens = workload.microBatchSize * lengths.padded;
  const element = computeBytes(workload.precision);
  // QK^T and PV, 4 x T x width a token; causal kernels skip the half above the diagonal, eager attention and the masks of
  // packed rows do not.
  const skipsHalf = model.attention === 'sdpa' && workload.packedLength === null;
  const scores = (skipsHalf ? 2 : 4) * lengths.padded * model.heads * model.headDim * tokens;
  const recompute = workload.checkpointing === 'full' ? 1 : 0;

  for (const [index, layer] of model.layers.entries()) {
    const dense = layer.linears.reduce((sum, linear) => sum + linear.inFeatures * linear.outFeatures, 0);
    const adapters = training.lora === null ? 0 : adapterParameters(layer, training.lora);
    const trained = training.lora === null ? dense : adapters;
    const forward = 2 * (dense + adapters) * tokens + scores;
    // Flash-style attention recomputes its scores backward: 2.5 forwards (Dao 2023, section 3.2).
    const backward = 2 * (dense + adapters + trained) * tokens + 2.5 * scores;
    const backwardRuns = index >= training.firstTrainedLayer ? 1 : 0;
    const passes = 1 + backwardRuns * (1 + recompute);
    work.flops[index + 1] = work.flops[index]! + forward + backwardRuns * (recompute * forward + backward);
    work.weightBytes[index + 1] = work.weightBytes[index]! + passes * element * layer.parameters;
    work.launches[index + 1] = work.launches[index]! + passes;
  }
  return work;
}

/**
 * Seconds of the pipeline for one optimizer step. The last micro-batch leaves after the first has passed every stage
 * and the slowest stage has worked on the other M - 1; one card at a time, everything adds up.
 */
export function pipelineSeconds(stageSeconds: readonly number[], workload: Workload): number {
  const once = stageSeconds.reduce((sum, seconds) => sum + seconds, 0);
  if (workload.schedule === 'naive') return workload.microBatches * once;
  return once + (workload.microBatches - 1) * Math.max(...stageSeconds);
}

/** A stage on its slot. */
export interface PlacedStage {
  slot: Slot;
  from: number;
  to: number;
}

/** Seconds of a whole step, tokens/s over all replicas, and the share of it that the cards compute. */
export function throughput(stages: readonly PlacedStage[], workload: Workload): Plan['throughput'] {
  const secondsOf = timeModel(workload);
  const seconds = stages.map(({ slot, from, to }) => secondsOf(slot, from, to));
  const pipeline = pipelineSeconds(seconds, workload);
  const stepSeconds = pipeline + Math.max(...stages.map((stage) => updateSeconds(stage, workload)));
  const rows = workload.microBatches * workload.microBatchSize * workload.dataParallel;
  const busy = workload.microBatches * seconds.reduce((sum, value) => sum + value, 0);
  return {
    tokensPerSecond: (rows * workload.lengths.mean) / stepSeconds,
    stepSeconds,
    pipelineEfficiency: busy / (stages.length * pipeline),
    rehearsal: rehearsal(stages, workload),
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
  const secondsOf = timeModel(hardest);
  const seconds = stages.map(({ slot, from, to }) => secondsOf(slot, from, to));
  return { microBatches, seconds: pipelineSeconds(seconds, hardest) };
}

/** Adam's step, and before it the ring all-reduce of fp32 gradients: 2 (R - 1) / R times their size over the link. */
function updateSeconds({ slot, from, to }: PlacedStage, workload: Workload): number {
  const { model, training, dataParallel } = workload;
  let trained = 0;
  for (let index = from; index < to; index++) trained += layerParameters(model, training, index).trained;
  const reduced = (2 * (dataParallel - 1) * 4 * trained) / dataParallel;
  return (ADAM_TRAFFIC * trained) / slot.memoryBandwidth + reduced / slot.linkBandwidth;
}
