import type { LinearRole } from '../model/shape.ts';
import { targetName } from './targets.ts';
import { computeBytes, type Workload } from './workload.ts';

/**
 * What autograd keeps of one decoder layer for its backward pass, bytes a token; tensor by tensor, as transformers 5.18
 * and the trainer's own LoRA, norms and rotation save them. Measured under bf16 autocast on CPU (torch 2.13,
 * `saved_tensors_hooks`, hidden 512, intermediate 1376, 256 tokens), bytes per token and hidden unit, in brackets what this
 * gives: Llama, LoRA r=4 on q,v 34.4 (34.1), on all linears 42.3 (39.6, as on cards attention's output is what `o` reads). What whole
 * trainings held on cards is compared with the sum in `test/plan/measurements.test.ts`.
 */
export function keptBytesPerToken(workload: Workload, index: number): number {
  const { model, training } = workload;
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

  const attention = element * keptOfAttention(workload, index) + scoreBytes(workload);

  // Gated MLP: gate, its activation, and up.
  const mlp = 3 * element * model.intermediateSize;

  return norms + attention + mlp + trainedInputBytes(workload, index, blockNorms);
}

/**
 * Elements a token that attention keeps: queries, keys, values and, but for eager attention, its output. Keys and values are repeated
 * to all heads where a kernel cannot share them: where a mask is passed (packed rows), and on cards older than sm_80, which have no flash
 * attention (`use_gqa_in_sdpa` of transformers, `ft_trainer/attention.py`). Values that come of a fused projection are a view that keeps all of it.
 */
function keptOfAttention({ model, packedLength, sharesKeys }: Workload, index: number): number {
  const query = model.heads * model.headDim;
  const key = model.kvHeads * model.headDim;
  const isFused = model.layers[index]!.linears.some(({ role }) => role === 'qkv');
  if (model.attention === 'eager') return 3 * query;
  if (!sharesKeys || packedLength !== null) return 4 * query;
  return 2 * query + key + (isFused ? query + 2 * key : key);
}

/** Eager attention keeps its T x T probabilities in fp32 and once more in the compute dtype, and the capped scores; bytes a token. */
function scoreBytes({ model, lengths, precision }: Workload): number {
  return model.attention === 'eager' ? (4 + 2 * computeBytes(precision)) * model.heads * lengths.longest : 0;
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
  // SDPA keeps its output, which is what `o` reads.
  const isKept = (role: LinearRole) => role === 'o' && model.attention === 'sdpa';
  const inputsOf = (some: typeof linears) => {
    const features = new Map(some.map((linear) => [sharedInput[linear.role], linear]));
    return [...features.values()].reduce(
      (sum, { role, inFeatures }) => sum + (isKept(role) ? 0 : inFeatures),
      0,
    );
  };
  if (training.lora === null) return element * (inputsOf(linears) + blockNorms * model.hiddenSize);
  const { rank, targets, dropout } = training.lora;
  const adapted = linears.filter((linear) => targets.has(targetName(linear)));
  const low = element * rank * adapted.length;
  // What dropout leaves of the input is each adapter's own, with the mask of one byte beside it.
  if (dropout) return low + adapted.reduce((sum, linear) => sum + (element + 1) * linear.inFeatures, 0);
  return low + element * inputsOf(adapted);
}

/**
 * Short-lived tensors while one layer runs, bytes a token: the MLP's three intermediates (or their gradients, which a fused projection
 * wants side by side once more), the fp32 temporaries of a norm, and of eager attention the scores in fp32 with their gradients.
 */
export function workspaceBytesPerToken(workload: Workload): number {
  const { model, lengths } = workload;
  const isFused = model.layers.some(({ linears }) => linears.some(({ role }) => role === 'gate_up'));
  const scores = model.attention === 'eager' ? 3 * 4 * model.heads * lengths.longest : 0;
  return (
    (isFused ? 5 : 3) * computeBytes(workload.precision) * model.intermediateSize +
    12 * model.hiddenSize +
    scores
  );
}

/** The gradient of the largest weight that is trained itself, as it is computed and in fp32, before it is added to what there is. */
export function weightGradientBytes({ model, training, precision }: Workload): number {
  if (training.lora !== null) return 0;
  const { linears } = model.layers.at(-1)!;
  const largest = Math.max(...linears.map(({ inFeatures, outFeatures }) => inFeatures * outFeatures));
  return largest * (computeBytes(precision) === 4 ? 4 : 2 + 4);
}
