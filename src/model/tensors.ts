import type { ModelConfig } from './config.ts';
import type { LayerShape, Linear } from './shape.ts';

/** Shapes of a model's tensors by name, as transformers' state dict has them. */
export type TensorShapes = Map<string, number[]>;

/** The decoder block; the same for every layer of a supported architecture. */
export function layerShape({ architecture, widths, biases }: ModelConfig): LayerShape {
  const linears = architecture.linears.map(
    ({ module, role, in: from, out, bias }): Linear => ({
      module,
      role,
      inFeatures: widths[from],
      outFeatures: widths[out],
      bias: typeof bias === 'boolean' ? bias : biases[bias],
    }),
  );
  const otherParameters = sum(architecture.norms.map(({ width }) => widths[width]));
  return { linears, otherParameters, parameters: sum(linears.map(linearParameters)) + otherParameters };
}

/** Every tensor that a checkpoint of this model must hold. A tied head has none of its own. */
export function tensorShapes(config: ModelConfig): TensorShapes {
  const { architecture, widths, vocabularySize } = config;
  const { linears } = layerShape(config);
  const shapes: TensorShapes = new Map([['model.embed_tokens.weight', [vocabularySize, widths.hidden]]]);
  for (let layer = 0; layer < config.layers; layer += 1) {
    const prefix = `model.layers.${layer}`;
    for (const { module, inFeatures, outFeatures, bias } of linears) {
      shapes.set(`${prefix}.${module}.weight`, [outFeatures, inFeatures]);
      if (bias) shapes.set(`${prefix}.${module}.bias`, [outFeatures]);
    }
    for (const { module, width } of architecture.norms) {
      shapes.set(`${prefix}.${module}.weight`, [widths[width]]);
    }
  }
  shapes.set('model.norm.weight', [widths.hidden]);
  if (!config.tied) shapes.set('lm_head.weight', [vocabularySize, widths.hidden]);
  return shapes;
}

/** Elements of a tensor of that shape. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function linearParameters({ inFeatures, outFeatures, bias }: Linear): number {
  return inFeatures * outFeatures + (bias ? outFeatures : 0);
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
