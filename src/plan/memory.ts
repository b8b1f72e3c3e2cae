import { keptBytesPerToken, weightGradientBytes, workspaceBytesPerToken } from './activations.ts';
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

/** Handles of the executed graphs, and kernels that only they load; measured (`contextBytes`). */
const GRAPHS = 75e6;
/** What the allocator reserves beyond what is asked for, as a share of the tensors that come and go; measured. */
const ALLOCATOR_SLACK = 0.02;
/** cuBLAS takes a workspace for every thread and stream that computes: 32 MiB on Hopper, 8 before (torch, `CublasHandlePool.cpp`). */
const CUBLAS_WORKSPACE = 2 ** 25;

/**
 * NCCL's kernels, a communicator between two neighbours in one direction (4 channels, `ft_trainer/transport.py`), and one of all channels
 * among replicas. Measured on H200s over NVLink (torch 2.11, driver 580, 2026-11-27): 461 MiB more than without NCCL at the ends of a
 * pipeline, 567 inside of it, 774 with replicas.
 */
const NCCL = { kernels: 372e6, direction: 56e6, replicas: 440e6 };

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
 * Boundary tensors of a stage beside the ones in use: in each direction one that is received ahead, or one on its way out; more of them
 * where no gradient comes back that it would have to wait for. With host transport they are pinned on the host as well, where as many can
 * wait to leave.
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
  const backlog = Math.min(BACKLOG, mostMicroBatches);
  const waiting = leaving * backlog;
  const runsAhead = !isLast && training.firstTrainedLayer >= to;
  return {
    device: (arriving + leaving * (runsAhead ? backlog : 1)) * one,
    host: isStaged ? (arriving + waiting) * one : 0,
  };
}

/**
 * The memory of any stage of a workload. Weights, trainables, gradients and optimizer are exact: they equal what
 * `ft_trainer account` counts on the meta device. The rest are estimates.
 *
 * @returns a function that is cheap to call (prefix sums), for the split search asks it thousands of times
 */
export function memoryModel(workload: Workload): (stage: StageRange) => Breakdown {
  const { model, training, lengths } = workload;
  const layers = model.layers.length;
  const element = computeBytes(workload.precision);
  const tokens = workload.microBatchSize * lengths.longest;
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
  const forwardWorkspace = tokens * workspaceBytesPerToken(workload);
  const backwardWorkspace = forwardWorkspace + weightGradientBytes(workload);
  const cublas = workload.onCards ? CUBLAS_WORKSPACE : 0;

  const hasMasks = workload.packedLength !== null || model.attention === 'eager';
  const masks = hasMasks ? MASKS * element * tokens * lengths.longest : 0;

  /** Layers that gradients pass through. */
  const backwardLayers = ({ from, to }: StageRange) =>
    Math.max(0, to - Math.max(from, training.firstTrainedLayer));
  /** A stage without any runs forward alone, which is never captured (`ft_trainer/pipeline.py`). */
  const isGraphed = (stage: StageRange) => workload.graphed && backwardLayers(stage) > 0;

  /** Of one micro-batch: what is kept until its backward pass, and what passes while one of its layers is computed. */
  function perMicroBatch(stage: StageRange): { held: number; passing: number } {
    const { from, to } = stage;
    // Autocast's 2-byte copies of the fp32 trainables live as long as the graph that uses them, and all of them during a forward pass.
    const copies = element === 2 ? 2 * (trained[to]! - trained[from]!) : 0;
    if (workload.checkpointing === 'none')
      return { held: kept[to]! - kept[from]! + copies + masks, passing: backwardWorkspace };
    // One layer at a time is recomputed, and freed while it is gone back through.
    const layersBack = backwardLayers(stage);
    const recomputed = largestLayer + copies / layersBack;
    return {
      held: layersBack * hiddenBytes + masks,
      passing: Math.max(copies + forwardWorkspace, recomputed + backwardWorkspace),
    };
  }

  // The final norm keeps its input; hidden states and those picked for the loss have their gradients beside them.
  const norm = 5 * hiddenBytes;
  const positions = Math.min(tokens, lossPositions(model));
  const loss = LOGIT_BYTES * model.vocabularySize * positions;

  const withSlack = (bytes: number) => Math.ceil((1 + ALLOCATOR_SLACK) * bytes);

  function moving(stage: StageRange): { activations: number; logits: number } {
    const { from, to, after } = stage;
    if (backwardLayers(stage) === 0) {
      return { activations: withSlack(cublas + masks + forwardWorkspace), logits: 0 };
    }
    const inFlight = microBatchesInFlight(workload, after);
    const { held, passing } = perMicroBatch(stage);
    const isLast = to === layers;
    const norms = isLast ? inFlight * norm : 0;
    // Replicas sum their gradients in a flat copy that comes back as another, when nothing else passes.
    const reduction = workload.dataParallel > 1 ? 2 * FP32 * (trained[to]! - trained[from]!) : 0;
    const others = Math.max(isLast ? loss : 0, reduction);
    if (isGraphed(stage)) {
      // Graphs share nothing of what passes, and have their inputs, outputs and gradients to themselves. Threads go forward and backward,
      // each on the stream of the capture and on that of the rest.
      const activations = 4 * cublas + inFlight * (held + passing + 4 * hiddenBytes);
      return { activations: withSlack(activations), logits: withSlack(norms + others) };
    }
    // What the loss and the replicas need, a layer has just given back.
    const activations = 2 * cublas + inFlight * held + passing;
    return { activations: withSlack(activations), logits: withSlack(norms + Math.max(0, others - passing)) };
  }

  function communicator({ from, to }: StageRange): number {
    if (workload.transport === 'host' || (workload.dataParallel === 1 && from === 0 && to === layers))
      return 0;
    const directions = 2 * (Number(from > 0) + Number(to < layers));
    return NCCL.kernels + directions * NCCL.direction + (workload.dataParallel > 1 ? NCCL.replicas : 0);
  }

  return (stage) => {
    const { from, to } = stage;
    const stageTrained = trained[to]! - trained[from]!;
    // Member by member: spreading is slow, and the split search asks tens of thousands of times.
    const { activations, logits } = moving(stage);
    return {
      weights: element * (frozen[to]! - frozen[from]! + edgeParameters(model, from, to)),
      trainables: FP32 * stageTrained,
      gradients: FP32 * stageTrained,
      optimizer: ADAM_MOMENTS * stageTrained,
      activations,
      logits,
      buffers: boundaryBytes(workload, from, to).device,
      context: workload.contextBytes + (isGraphed(stage) ? GRAPHS : 0),
      communicator: communicator(stage),
      surplus: 0,
    };
  };
}

/** Of a breakdown, what is not the allocator's: CUDA's context and NCCL; on the host, what a process holds beside its tensors. */
export function outsideBytes({ context, communicator }: Breakdown): number {
  return context + communicator;
}

/** Of a breakdown, the estimate of what comes and goes, with what the allocator reserves beside it. */
export function passingBytes({ activations, logits }: Breakdown): number {
  return activations + logits;
}

/** Sum of all kinds; written out, for the split search asks for it tens of thousands of times. */
export function totalBytes(breakdown: Breakdown): number {
  const { weights, trainables, gradients, optimizer, activations, logits, buffers } = breakdown;
  const { context, communicator, surplus } = breakdown;
  const moving = activations + logits + buffers;
  return weights + trainables + gradients + optimizer + moving + context + communicator + surplus;
}
