import type { LayerShape, ModelShape } from '../model/shape.ts';
import type { MeasuredSpeed } from './measured-speed.ts';
import type { Layout } from './packing.ts';
import type { Precision, Schedule } from './schema.ts';
import { targetName } from './targets.ts';

/** What is trained, resolved for the model. */
export interface Training {
  method: 'lora' | 'freeze';
  /** Index of the first layer with anything to train; gradients stop there and layers before it only run forward. */
  firstTrainedLayer: number;
  /** LoRA: rank, whether dropout is on, names as `targetName` gives them. */
  lora: { rank: number; dropout: boolean; targets: ReadonlySet<string> } | null;
}

/** Every decision that memory and time depend on, apart from which layers lie on which card. */
export interface Workload extends Layout {
  model: ModelShape;
  training: Training;
  precision: Precision;
  schedule: Schedule;
  /** Whether 1F1B holds so many micro-batches that no stage waits for transfers (`microBatchesInFlight`). */
  eager: boolean;
  microBatchSize: number;
  dataParallel: number;
  checkpointing: 'none' | 'full';
  transport: 'nccl' | 'host';
  /** Whether passes are replayed as CUDA graphs, which needs rows of one length. */
  graphed: boolean;
  /** Whether attention kernels share keys and values among the heads of a group: those of sm_80 and later. */
  sharesKeys: boolean;
  /** What a process holds beside its tensors: CUDA's context and kernels on a card, else what it has imported. */
  contextBytes: number;
  /** False for CPU ranks that no card is planned for. */
  onCards: boolean;
  /** By which what comes and goes was found to exceed its estimate, as a share of it; 0 before anything was measured. */
  surplusShare: number;
  /** How fast trainings were that have been measured on cards of this box. */
  measuredSpeeds: readonly MeasuredSpeed[];
}

/** A stage's layers, half-open, and how many stages come after it. */
export interface StageRange {
  from: number;
  to: number;
  after: number;
}

/** Bytes of an element as frozen weights are stored and as layers compute. */
export function computeBytes(precision: Precision): 2 | 4 {
  return precision === 'fp32' ? 4 : 2;
}

/** Elements of one layer, or one stage, by whether they are trained. */
export interface Parameters {
  frozen: number;
  trained: number;
}

/** Exact parameter counts of layer `index`. LoRA adds rank x (in + out) to each targeted linear layer. */
export function layerParameters(model: ModelShape, training: Training, index: number): Parameters {
  const layer = model.layers[index]!;
  if (training.lora !== null) {
    return { frozen: layer.parameters, trained: adapterParameters(layer, training.lora) };
  }
  const trained = index >= training.firstTrainedLayer;
  return { frozen: trained ? 0 : layer.parameters, trained: trained ? layer.parameters : 0 };
}

/**
 * Frozen parameters a stage holds beside its layers: the embedding on the first, final norm and head on the last. A
 * tied head is a frozen copy of the embedding, unless both lie on one stage and share the tensor.
 */
export function edgeParameters(model: ModelShape, from: number, to: number): number {
  const isFirst = from === 0;
  const isLast = to === model.layers.length;
  const head = model.tied && isFirst ? 0 : model.headParameters;
  return (isFirst ? model.embeddingParameters : 0) + (isLast ? model.finalNormParameters + head : 0);
}

/** Trained parameters of the whole model, elements. */
export function trainedParameters(model: ModelShape, training: Training): number {
  return model.layers.reduce((sum, _, index) => sum + layerParameters(model, training, index).trained, 0);
}

/** Elements of the LoRA matrices of one layer. */
export function adapterParameters(layer: LayerShape, lora: NonNullable<Training['lora']>): number {
  return layer.linears
    .filter((linear) => lora.targets.has(targetName(linear)))
    .reduce((sum, linear) => sum + lora.rank * (linear.inFeatures + linear.outFeatures), 0);
}
