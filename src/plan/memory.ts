import { keptBytesPerToken, workspaceBytesPerToken } from './activations.ts';
import type { Breakdown } from './schema.ts';
import { computeBytes, edgeParameters, layerParameters, type StageRange, type Workload } from './workload.ts';

/** Trained parameters are fp32: weight and gradient 4 bytes each, Adam's two moments 8. */
const FP32 = 4;
const ADAM_MOMENTS = 8;

/** Logits that exist at one time, positions they are of at least, and bytes of each with its gradient (`ft_trainer/loss.py`). */
const LOGITS = 2 ** 24;
const FEWEST_POSITIONS = 64;
const LOGIT_BYTES = 8;

/** Positions that the loss takes at a time. */
export function lossPositions({ vocabularySize }: Workload['model']): number {
  return Math.max(FEWEST_POSITIONS, Math.floor(LOGITS / vocabularySize));
}

/** Tensors that may be on their way out in a direction, at most (`ft_trainer/transport.py`). */
const BACKLOG = 4;

/** Masks of a packed micro-batch, made once for all layers: full attention's and, where a model has it, sliding windows'. */
const MASKS = 2;

/** CUDA context with lazily loaded kernels: 0.3 to 0.6 GB by card and driver (DESIGN section 5); the lower end. */
const CUDA_CONTEXT = 0.3e9;
/** Resident size of a process that has imported torch 2.13 (CPU), transformers 5.18 and peft 0.21; measured 0.70 GB. */
const CPU_PROCESS = 0.7e9;
/** What the allocator reserves beyond what is asked for, as a share of the tensors that come and go. Estimate. */
const ALLOCATOR_SLACK = 0.05;
/** NCCL's buffers for one communicator; up to 0.6 GB when every channel is open, point-to-point opens few. Estimate. */
const COMMUNICATOR = 0.2e9;

/**
 * Micro-batches whose activations a stage holds at once. 1F1B needs one more than there are stages after it (Narayanan et al. 2021,
 * section 2.2). Whatever a transfer takes, each stage then waits for twice, every micro-batch; with one more for every stage after it
 * transfers have the time of a micro-batch (Zhuang et al. 2023, "eager 1F1B", section 4).
 */
export function microBatchesInFlight(workload: Workload, after: number): number {
  const { schedule, eager, mostMicroBatches } = workload;
  if (schedule === 'naive') return 1;
  if (schedule === 'gpipe') return mostMicroBatches;
  return Math.min((eager ? 2 : 1) * after + 1, mostMicroBatches);
}

/**
 * Boundary tensors of a stage beside the ones in use: in each direction one that is received ahead, or one on its way out. With host
 * transport they are pinned on the host as well, where more of them can wait to leave.
 */
export function boundaryBytes(
  workload: Workload,
  from: number,
  to: number,
): { device: number; host: number } {
  const { model, training, mostMicroBatches, microBatchSize, lengths } = workload;
  const gradientsCross = (layer: number) => Number(layer > 0 && training.firstTrainedLayer < layer);
  const isLast = to === model.layers.length;
  const arriving = Number(from > 0) + (isLast ? 0 : gradientsCross(to));
  const leaving = Number(!isLast) + gradientsCross(from);
  const one = microBatchSize * lengths.longest * model.hiddenSize * computeBytes(workload.precision);
  const isStaged = workload.transport === 'host' && workload.onCards;
  const waiting = leaving * Math.min(BACKLOG, mostMicroBatches);
  return { device: (arriving + leaving) * one, host: isStaged ? (arriving + waiting) * one : 0 };
}

/**
 * The memory of any stage of a workload. Weights, trainables, gradients and optimizer are exact: they equal what
 * `ft_trainer account` counts on the meta device. The rest are estimates.
 *
 * @returns a function that is cheap to call (prefix sums), for the split search asks it thousands of times
 */
export function memoryModel(workload: Workload): (stage: StageRange) => Breakdown {
  const { model, training } = workload;
  const layers = model.layers.length;
  const element = computeBytes(workload.precision);
  const tokens = workload.microBatchSize * workload.lengths.longest;
  const hiddenBytes = tokens * model.hiddenSize * element;

  const frozen = new Float64Array(layers + 1);
  const trained = new Float64Array(layers + 1);
  const kept = new Float64Array(layers + 1);
  for (let index = 0; index < layers; index++) {
    const parameters = layerParameters(model, training, index);
    frozen[index + 1] = frozen[index]! + parameters.frozen;
    trained[index + 1] = trained[index]! + parameters.trained;
    const holds = index >= training.firstTrainedLayer;
    kept[index + 1] = kept[index]! + (holds ? tokens * keptBytesPerToken(workload, index) : 0);
  }
  const largestLayer = kept.reduce((most, sum, index) => Math.max(most, sum - (kept[index - 1] ?? sum)), 0);
  const workspace = tokens * workspaceBytesPerToken(workload);

  const masks = workload.packedLength === null ? 0 : MASKS * element * tokens * workload.packedLength;

  function activations({ from, to, after }: StageRange): number {
    const inFlight = microBatchesInFlight(workload, after);
    const backwardLayers = Math.max(0, to - Math.max(from, training.firstTrainedLayer));
    // Autocast's 2-byte copies of the fp32 trainables live as long as the graph that uses them.
    const copies = element === 2 ? 2 * (trained[to]! - trained[from]!) : 0;
    if (backwardLayers === 0) return masks + workspace;
    const isRecomputed = workload.checkpointing === 'full';
    const perMicroBatch = isRecomputed ? backwardLayers * hiddenBytes : kept[to]! - kept[from]! + copies;
    // One layer at a time is recomputed.
    const passing = workspace + (isRecomputed ? largestLayer + copies : 0);
    // Graphs do not share what passes, and have their inputs, outputs and gradients to themselves.
    if (workload.graphed) return inFlight * (perMicroBatch + masks + passing + 4 * hiddenBytes);
    return inFlight * (perMicroBatch + masks) + passing;
  }

  // The final norm keeps its input; hidden states and those picked for the loss have their gradients beside them.
  const norm = 5 * hiddenBytes;
  const positions = Math.min(tokens, lossPositions(model));
  const loss = LOGIT_BYTES * model.vocabularySize * positions;

  function communicator({ from, to }: StageRange): number {
    if (workload.transport === 'host') return 0;
    const isWholeModel = from === 0 && to === layers;
    return COMMUNICATOR * (Number(!isWholeModel) + Number(workload.dataParallel > 1));
  }

  return (stage) => {
    const { from, to, after } = stage;
    const stageTrained = trained[to]! - trained[from]!;
    // Replicas sum their gradients in one flat copy, when the activations are gone.
    const reduction = workload.dataParallel > 1 ? FP32 * stageTrained : 0;
    const moving = {
      activations: Math.max(activations(stage), reduction),
      logits: to === layers ? loss + microBatchesInFlight(workload, after) * norm : 0,
    };
    return {
      weights: element * (frozen[to]! - frozen[from]! + edgeParameters(model, from, to)),
      trainables: FP32 * stageTrained,
      gradients: FP32 * stageTrained,
      optimizer: ADAM_MOMENTS * stageTrained,
      activations: Math.ceil(moving.activations),
      logits: Math.ceil(moving.logits),
      buffers: boundaryBytes(workload, from, to).device,
      context: Math.ceil(
        (workload.onCards ? CUDA_CONTEXT : CPU_PROCESS) +
          ALLOCATOR_SLACK * (moving.activations + moving.logits),
      ),
      communicator: communicator(stage),
      surplus: 0,
    };
  };
}

/** Of a breakdown, what is not the allocator's: CUDA's context and NCCL; on the host, what a process holds beside its tensors. */
export function outsideBytes({ communicator }: Breakdown, onCards: boolean): number {
  return (onCards ? CUDA_CONTEXT : CPU_PROCESS) + communicator;
}

/** Of a breakdown, the estimate of what comes and goes, with what the allocator reserves beside it. */
export function passingBytes({ activations, logits, context }: Breakdown, onCards: boolean): number {
  return activations + logits + context - (onCards ? CUDA_CONTEXT : CPU_PROCESS);
}

/** Sum of all kinds; written out, for the split search asks for it tens of thousands of times. */
export function totalBytes(breakdown: Breakdown): number {
  const { weights, trainables, gradients, optimizer, activations, logits, buffers } = breakdown;
  const { context, communicator, surplus } = breakdown;
  const moving = activations + logits + buffers;
  return weights + trainables + gradients + optimizer + moving + context + communicator + surplus;
}
