import type { Said } from '../said.ts';

/** Why settings make no plan at all. */
export const planning = {
  'freeze-layers': ({ wanted, layers, model }: { wanted: number; layers: number; model: string }): Said => ({
    message: `freeze.layers is ${wanted}, but ${model} has ${layers} layers.`,
    fix: `Train at most ${layers} layers.`,
  }),
  'split-sum': (split: { split: string; sum: number; layers: number; model: string }): Said => ({
    message:
      split.sum === split.layers
        ? `split ${split.split} gives a stage no layer.`
        : `split ${split.split} adds up to ${split.sum} layers, but ${split.model} has ${split.layers}.`,
    fix: `Write layers per stage that add up to ${split.layers}, or split=auto.`,
  }),
  'split-stages': (split: { split: string; stages: number; places: number; replicas: number }): Said => {
    const each = split.replicas > 1 ? ` for each of ${split.replicas} replicas` : '';
    return {
      message: `split ${split.split} has ${split.stages} stages, but there are ${split.places} cards${each}.`,
      fix: 'Use fewer stages, or split=auto.',
    };
  },
  'too-many-replicas': ({ dataParallel, cards }: { dataParallel: number; cards: number }): Said => ({
    message: `dataParallel=${dataParallel} needs at least ${dataParallel} cards, but ${cards} are selected.`,
    fix: `Set dataParallel to at most ${cards}.`,
  }),
  'unknown-target': (target: { unknown: string[]; architecture: string; known: string[] }): Said => ({
    message: `lora.targets: ${target.architecture} has no linear layer ${target.unknown.map((name) => `"${name}"`).join(', ')}.`,
    fix: `Choose from ${target.known.join(', ')}, or write "qv" or "all-linear".`,
  }),
  'no-weights': ({ model }: { model: string }): Said => ({
    message: `${model} is a shape for planning; there are no weights behind it.`,
    fix: 'Give --model a folder with the model, or its hub id; to measure speed and memory, --set weights=random.',
  }),
};
