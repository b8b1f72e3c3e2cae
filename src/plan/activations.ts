import type { LinearRole } from '../model/shape.ts';
import { targetName } from './targets.ts';
import { computeBytes, type Workload } from './workload.ts';

/**
 * What autograd keeps of one decoder layer for its backward pass, bytes a token; tensor by tensor, as transformers 5.18
 * and the trainer's own LoRA, norms and rotation save them. Measured under bf16 autocast on CPU (torch 2.13,
 * `saved_tensors_hooks`, hidden 512, intermediate 1376, 256 tokens), bytes per token and hidden unit, in brackets what this
 * gives: Llama, LoRA r=4 on q,v 34.4 (34.1), on all linears 42.3 (41.6).
 */
export function keptBytesPerToken(workload: Workload, index: number): number {
  const { model, training, lengths } = workload;
  const layer = model.layers[index]!;
  const element = computeBytes(workload.precision);
  const query = model.heads * model.headDim;

  // The fused norm (`ft_trainer/norms.py`) keeps its input as it is; on the CPU, trained, or in Gemma, it is kept in fp32.
  // Some models have norms over the heads of queries and keys as well (Qwen3, Gemma 3).
  const blockNorms = Math.floor(layer.otherParameters / model.hiddenSize);
  const headNorms = layer.otherParameters % model.hiddenSize > 0;
  const isFused = workload.onCards && training.lora !== null && !model.architecture.startsWith('Gemma');
  const norms =
    (isFused ? element : 4) *
    (blockNorms * model.hiddenSize + (headNorms ? query + model.kvHeads * model.headDim : 0));

  // Queries, keys, values (repeated to all heads, as kernels without grouped queries need them) and the output.
  // Eager attention keeps its T x T probabilities in fp32 and once more in the compute dtype, and the capped scores.
  const scores = model.attention === 'eager' ? (4 + 2 * element) * model.heads * lengths.longest : 0;
  const attention = 4 * element * query + scores;

  // Gated MLP: gate, its activation, and up.
  const mlp = 3 * element * model.intermediateSize;

  return norms + attention + mlp + trainedInputBytes(workload, index, blockNorms);
}

/** Which linear layers read the same tensor. */
const sharedInput: Record<LinearRole, 'attention' | 'o' | 'mlp' | 'down'> = {
  q: 'attention',
  k: 'attention',
  v: 'attention',
  qkv: 'attention',
  o: 'o',
  gate: 'mlp',
  up: 'mlp',
  gate_up: 'mlp',
  down: 'down',
};

/** Gradients of weights need the inputs of the linear layers that are trained or adapted, each once if they share it. */
function trainedInputBytes(workload: Workload, index: number, blockNorms: number): number {
  const { model, training } = workload;
  const { linears } = model.layers[index]!;
  const element = computeBytes(workload.precision);
  if (training.lora === null) {
    const inputs = linears.reduce((sum, linear) => sum + linear.inFeatures, 0);
    return element * (inputs + blockNorms * model.hiddenSize);
  }
  const { rank, targets, dropout } = training.lora;
  const adapted = linears.filter((linear) => targets.has(targetName(linear)));
  const low = element * rank * adapted.length;
  // What dropout leaves of the input is each adapter's own, with the mask of one byte beside it.
  if (dropout) return low + adapted.reduce((sum, linear) => sum + (element + 1) * linear.inFeatures, 0);
  const inputs = new Map(adapted.map((linear) => [sharedInput[linear.role], linear.inFeatures]));
  return low + element * [...inputs.values()].reduce((sum, features) => sum + features, 0);
}

/**
 * Short-lived tensors while one layer runs, bytes a token: the MLP's three intermediates (or their gradients) and the
 * fp32 temporaries of a norm. Estimate.
 */
export function workspaceBytesPerToken(workload: Workload): number {
  const { model } = workload;
  return 3 * computeBytes(workload.precision) * model.intermediateSize + 12 * model.hiddenSize;
}
