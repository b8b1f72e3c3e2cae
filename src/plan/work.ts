import type { LayerShape } from '../model/shape.ts';
import { lossPositions } from './memory.ts';
import { targetName } from './targets.ts';
import { adapterParameters, computeBytes, type Workload } from './workload.ts';

/** What one pass of a micro-batch through a layer, or the loss, asks of a card. */
export interface Work {
  /** Of matrix products with weights. */
  flops: number;
  /** Of queries with keys, and of what comes of them with values. */
  attentionFlops: number;
  /** Of activations, read and written by everything else: norms, rotations, sums. */
  bytes: number;
  /** Of trained weights and their gradients, cast and added in every pass. */
  parameterBytes: number;
  /** Weights that the products read: what bounds them where tokens are few. */
  weightBytes: number;
  kernels: number;
}

/** Forward and backward of one micro-batch; recomputation is another forward. */
export interface LayerWork {
  forward: Work;
  backward: Work;
}

export const noWork: Work = {
  flops: 0,
  attentionFlops: 0,
  bytes: 0,
  parameterBytes: 0,
  weightBytes: 0,
  kernels: 0,
};

/** The sum, the second `times` over. */
export function addWork(a: Work, b: Work, times = 1): Work {
  return {
    flops: a.flops + times * b.flops,
    attentionFlops: a.attentionFlops + times * b.attentionFlops,
    bytes: a.bytes + times * b.bytes,
    parameterBytes: a.parameterBytes + times * b.parameterBytes,
    weightBytes: a.weightBytes + times * b.weightBytes,
    kernels: a.kernels + times * b.kernels,
  };
}

/**
 * The work of layer `index`. Bytes and kernels are counted kernel by kernel as the trainer runs them (transformers 5.18 with its own
 * LoRA, norms and rotation; seen with a `TorchDispatchMode`): in a Llama layer with LoRA on q and v 28 kernels forward and 50 backward,
 * and in bf16, per token, 60 and 90 bytes a hidden unit and 10 and 18 an intermediate one.
 */
export function layerWork(workload: Workload, index: number): LayerWork {
  const { model, training, lengths, microBatchSize } = workload;
  const layer = model.layers[index]!;
  const tokens = microBatchSize * lengths.padded;
  const element = computeBytes(workload.precision);
  const isTrained = training.lora === null && index >= training.firstTrainedLayer;
  const dense = layer.linears.reduce((sum, linear) => sum + linear.inFeatures * linear.outFeatures, 0);
  const adapters = training.lora === null ? 0 : adapterParameters(layer, training.lora);
  const products = 2 * (dense + adapters) * tokens;
  const scores = scoreFlops(workload);
  const moved = movedBytes(workload, layer, isTrained);
  const kernels = kernelCounts(workload, layer, isTrained);
  // Trained weights are fp32: autocast makes a copy of them in every pass, and their gradients are cast up and added.
  const cast = isTrained && element === 2 ? 6 * layer.parameters : 0;
  const added = isTrained ? (element === 2 ? 18 : 12) * layer.parameters : 0;
  return {
    forward: {
      flops: products,
      attentionFlops: scores,
      bytes: tokens * moved.forward,
      parameterBytes: cast,
      weightBytes: element * layer.parameters,
      kernels: kernels.forward,
    },
    backward: {
      // Gradients of the inputs cost a forward, those of what is trained another.
      flops: products + 2 * (isTrained ? dense : adapters) * tokens,
      // Flash-style attention computes its scores again: 2.5 forwards (Dao 2023, section 3.2).
      attentionFlops: 2.5 * scores,
      bytes: tokens * moved.backward,
      parameterBytes: added,
      weightBytes: element * layer.parameters,
      kernels: kernels.backward,
    },
  };
}

/**
 * The loss and its gradient over the positions that are learned (`ft_trainer/loss.py`), so many at a time: the head once forward and once
 * for the gradient of its input, and between them a chain of kernels over the logits, 32 bytes each.
 */
export function lossWork({ model, lengths, microBatchSize, precision }: Workload): Work {
  const learned = microBatchSize * lengths.learned;
  const chunks = Math.ceil(learned / lossPositions(model));
  return {
    flops: 2 * 2 * model.headParameters * learned,
    attentionFlops: 0,
    bytes: 32 * model.vocabularySize * learned,
    parameterBytes: 0,
    weightBytes: chunks * 2 * computeBytes(precision) * model.headParameters,
    kernels: 10 + 12 * chunks,
  };
}

/** QK^T and PV, 4 T x width a token; causal kernels skip half, eager attention and the masks of packed rows do not. */
function scoreFlops({ model, lengths, packedLength, microBatchSize }: Workload): number {
  const skipsHalf = model.attention === 'sdpa' && packedLength === null;
  const tokens = microBatchSize * lengths.padded;
  return (skipsHalf ? 2 : 4) * lengths.padded * model.heads * model.headDim * tokens;
}

/** Norms of a layer: on how many features in all, whether as one kernel each (`ft_trainer/norms.py`), and how many there are. */
function normsOf({ model, onCards }: Workload, layer: LayerShape, isTrained: boolean) {
  const blocks = Math.floor(layer.otherParameters / model.hiddenSize);
  const onHeads = layer.otherParameters % model.hiddenSize > 0;
  return {
    count: blocks + (onHeads ? 2 : 0),
    features: blocks * model.hiddenSize + (onHeads ? (model.heads + model.kvHeads) * model.headDim : 0),
    isFused: onCards && !isTrained && !model.architecture.startsWith('Gemma'),
  };
}

/** Bytes a token that kernels other than matrix products read and write. */
function movedBytes(
  workload: Workload,
  layer: LayerShape,
  isTrained: boolean,
): { forward: number; backward: number } {
  const { model, training, lengths } = workload;
  const element = computeBytes(workload.precision);
  const { hiddenSize, intermediateSize } = model;
  const query = model.heads * model.headDim;
  const keys = model.kvHeads * model.headDim;
  const norms = normsOf(workload, layer, isTrained);
  // In and out; backward input and gradient in, gradient out. In single kernels it is cast, squared, averaged, multiplied.
  const norm = norms.isFused ? { forward: 2, backward: 3 } : { forward: 14, backward: 26 };
  // Grouped keys and values are repeated to all heads.
  const repeated = keys < query ? 4 * query : 0;
  // Scores in fp32 and in the compute dtype, masked, and their softmax.
  const eager = model.attention === 'eager' ? 30 * model.heads * lengths.padded : 0;
  let forward =
    element *
    (norm.forward * norms.features +
      6 * hiddenSize + // two residual sums
      8 * (query + keys) + // rotation
      2 * (query + keys) + // attention
      repeated +
      5 * intermediateSize); // activation and product
  let backward =
    element *
    (norm.backward * norms.features +
      15 * hiddenSize + // residuals, and gradients that meet at q, k, v and at gate, up
      10 * (query + keys) +
      8 * query +
      repeated +
      9 * intermediateSize);
  forward += eager;
  backward += 1.5 * eager;
  for (const { inFeatures, outFeatures } of adaptedLinears(workload, layer)) {
    // Products of so low a rank are bound by what they read and write.
    // Dropout draws, masks and scales.
    const dropped = training.lora?.dropout ? 6 * inFeatures : 0;
    forward += element * (inFeatures + 2 * outFeatures + dropped);
    backward += element * (5 * inFeatures + 4 * outFeatures + dropped);
  }
  return { forward, backward };
}

function kernelCounts(workload: Workload, layer: LayerShape, isTrained: boolean) {
  const { model } = workload;
  const norms = normsOf(workload, layer, isTrained);
  const linears = layer.linears.length;
  const adapted = adaptedLinears(workload, layer).length;
  const dropout = workload.training.lora?.dropout ? 3 : 0;
  const eager = model.attention === 'eager' ? 8 : 0;
  // Forward: residuals 2, rotation 6, attention 1, activation 2; an adapter has two products, and its matrices are cast.
  const forward = linears + (norms.isFused ? 1 : 6) * norms.count + 11 + eager + adapted * (4 + dropout);
  // Backward: sums 5, rotation 10, attention 2, activation 3; an adapter has four products.
  const backward = linears + (norms.isFused ? 1 : 11) * norms.count + 20 + eager + adapted * (9 + dropout);
  return { forward: forward + (isTrained ? linears : 0), backward: backward + (isTrained ? 3 * linears : 0) };
}

function adaptedLinears({ training }: Workload, layer: LayerShape) {
  return layer.linears.filter((linear) => training.lora?.targets.has(targetName(linear)));
}
