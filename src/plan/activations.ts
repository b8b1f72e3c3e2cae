import { targetName } from './targets.ts';
import { computeBytes, type Workload } from './workload.ts';

/**
 * What autograd keeps of one decoder layer for its backward pass, bytes a token; tensor by tensor, as transformers 5.18
 * and PEFT 0.21 save them. Measured under bf16 autocast on CPU (torch 2.13, `saved_tensors_hooks`, hidden 512,
 * intermediate 1376, 256 tokens), bytes per token and hidden unit, in brackets what this gives:
 *
 * - Llama, gradient passes through 32.2 (32.1); LoRA r=4 on q,v 36.4 (36.2), on all linears 50.3 (49.8); trained 51.5 (53.5)
 * - with 2 of 8 key-value heads, passing through: Llama 29.2 (32.1), Qwen3 34.3 (37.1), Gemma 2 eager 70.2 (72.1)
 */
export function keptBytesPerToken(workload: Workload, index: number): number {
  const { model, lengths } = workload;
  const layer = model.layers[index]!;
  const element = computeBytes(workload.precision);
  const query = model.heads * model.headDim;

  // RMSNorm upcasts its input and keeps it in fp32. Norms over the heads (Qwen3, Gemma 3) do so with queries and keys.
  const blockNorms = Math.floor(layer.otherParameters / model.hiddenSize);
  const headNorms = layer.otherParameters % model.hiddenSize > 0;
  const norms = 4 * (blockNorms * model.hiddenSize + (headNorms ? query + model.kvHeads * model.headDim : 0));

  // Queries, keys, values (repeated to all heads, as kernels without grouped queries need them) and the output.
  // Eager attention keeps its T x T probabilities in fp32 and once more in the compute dtype, and the capped scores.
  const scores = model.attention === 'eager' ? (4 + 2 * element) * model.heads * lengths.longest : 0;
  const attention = 4 * element * query + scores;

  // Gated MLP: gate, its activation, and up.
  const mlp = 3 * element * model.intermediateSize;

  return norms + attention + mlp + trainedInputBytes(workload, index, blockNorms);
}

/** Gradients of weights need the layer inputs: one cast copy for each linear layer that is trained or adapted. */
function trainedInputBytes(workload: Workload, index: number, blockNorms: number): number {
  const { model, training } = workload;
  const { linears } = model.layers[index]!;
  const element = computeBytes(workload.precision);
  if (training.lora === null) {
    const inputs = linears.reduce((sum, linear) => sum + linear.inFeatures, 0);
    return element * (inputs + blockNorms * model.hiddenSize);
  }
  // CUDA's fused dropout keeps a mask of one byte, the CPU's an fp32 one.
  const mask = training.lora.dropout ? (workload.onCards ? 1 : 4) : 0;
  const { rank, targets } = training.lora;
  return linears
    .filter((linear) => targets.has(targetName(linear)))
    .reduce((sum, linear) => sum + (element + mask) * linear.inFeatures + element * rank, 0);
}

/**
 * Short-lived tensors while one layer runs, bytes a token: the MLP's three intermediates (or their gradients) and the
 * fp32 temporaries of a norm. Estimate.
 */
export function workspaceBytesPerToken(workload: Workload): number {
  const { model } = workload;
  return 3 * computeBytes(workload.precision) * model.intermediateSize + 12 * model.hiddenSize;
}
