import type { CheckedWeights } from './checkpoint.ts';
import type { ModelConfig } from './config.ts';
import type { ModelShape } from './shape.ts';
import { elements, layerShape, tensorShapes } from './tensors.ts';
import type { TokenizerFacts } from './tokenizer.ts';

/** Where a model comes from, beside its config. */
export interface Origin {
  /** What the user wrote. */
  source: string;
  /** Absolute folder of the weights; null when they are not on this machine. */
  path: string | null;
  /** What its safetensors headers say; null for a shape alone. */
  weights: CheckedWeights | null;
  tokenizer: TokenizerFacts | null;
}

/** Bytes of an element where no checkpoint says otherwise: fp16 and bf16. */
const assumedElementBytes = 2;

/** The planner's view of a model. */
export function buildShape(config: ModelConfig, { source, path, weights, tokenizer }: Origin): ModelShape {
  const { widths, vocabularySize } = config;
  const layer = layerShape(config);
  const embeddingParameters = vocabularySize * widths.hidden;
  const largestTensor = Math.max(...[...tensorShapes(config).values()].map(elements));
  return {
    source,
    path,
    config: config.json,
    architecture: config.architecture.name,
    hiddenSize: widths.hidden,
    intermediateSize: widths.intermediate,
    heads: config.heads,
    kvHeads: config.kvHeads,
    headDim: widths.headDim,
    vocabularySize,
    maxPositions: config.maxPositions,
    tied: config.tied,
    layers: Array.from({ length: config.layers }, () => layer),
    embeddingParameters,
    finalNormParameters: widths.hidden,
    headParameters: embeddingParameters,
    parameters:
      embeddingParameters * (config.tied ? 1 : 2) + config.layers * layer.parameters + widths.hidden,
    checkpointBytes: weights?.bytes ?? null,
    largestTensorBytes: weights?.largestTensorBytes ?? largestTensor * assumedElementBytes,
    tokenizer,
    overflowsInHalf: config.architecture.overflowsInHalf,
    attention: config.architecture.attention,
  };
}
