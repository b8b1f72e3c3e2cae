import type { KeyWords } from '../../keys/words.ts';

/** Words of the split editor, and of the picture of a plan. */
export const split = {
  title: 'Layer split',
  /** @param each layers a brick stands for */
  legend: (each: number) => `a brick is ${each} layers`,
  lora: (rank: number, targets: string) => `LoRA r=${rank} on ${targets}`,
  freeze: (layers: number) => `last ${layers} trained`,
  /** Of the cards, those that are on the screen. */
  shown: (first: string, last: string, all: number) => `cards ${first} to ${last} of ${all}`,
  picture: {
    layers: (count: number) => (count === 1 ? '1 layer' : `${count} layers`),
    /** Goes on after `layers`. */
    trained: (count: number) => `, ${count} trained`,
    of: (capacity: string) => `of ${capacity}`,
    missing: (bytes: string) => `${bytes} too much`,
    slowest: 'slowest',
    labels: {
      layers: 'layers',
      memory: 'memory',
      needed: (unit: string) => `${unit} used`,
      free: (unit: string) => `${unit} free`,
      busy: 'busy',
      seconds: 's a step',
      milliseconds: 'ms a step',
    },
  },
  /** Said of a card where pictures cannot be seen. */
  spoken: {
    card: (number: string, name: string) => `Card ${number}, ${name}`,
    layers: (first: number, last: number) =>
      first === last ? `layer ${first}` : `layers ${first} to ${last}, ${last - first + 1} in all`,
    memory: (needed: string, capacity: string) => `needs ${needed} of ${capacity}`,
    free: (bytes: string) => `${bytes} free`,
    missing: (bytes: string) => `${bytes} too much`,
    busy: (seconds: string, percent: string) => `computes ${seconds} of a step, ${percent}`,
    slowest: 'the slowest',
  },
  boundary: (left: string, right: string) => `Cards ${left} and ${right}`,
  gives: (layer: number, card: string) => `layer ${layer} to ${card}`,
  idle: (cards: string, key: string) => `Cards not used: ${cards} (${key} takes one in).`,
  step: (duration: string) => `${duration} a step`,
  speed: (tokens: string) => `${tokens} tokens/s`,
  busy: (percent: string) => `cards busy ${percent}`,
  recomputed: 'activations recomputed',
  /** Where another split has room to keep them. */
  recomputedHere: 'activations recomputed for lack of room',
  fits: 'It fits.',
  tooMuch: (cards: string, several: boolean) =>
    `It does not fit: card${several ? 's' : ''} ${cards} too full.`,
  optimal: 'No split that fits is faster.',
  slower: (percent: string, key: string) => `The optimum is ${percent} faster (${key}).`,
  optimumFits: (key: string) => `The optimum fits (${key}).`,
  nothingFits: 'No split fits: this is the nearest.',
  nearest: (key: string) => `No split fits; the nearest is a key away (${key}).`,
  single: 'One card holds all layers.',
  why: 'Frozen layers keep no activations; a trained one costs 16 to 18 bytes a parameter. So the cards in front take more.',
  most: (layers: number, even: number) =>
    even < layers
      ? `These cards can train ${layers} layers; split evenly, ${even === 0 ? 'none' : even}.`
      : `These cards can train ${layers === 1 ? '1 layer' : `${layers} layers`}.`,
  mostUnknown: 'How many layers can these cards train? Being tried.',
  mostNone: 'These cards cannot train a single layer in full.',
  keys: {
    previousBoundary: { short: 'boundary', long: 'The boundary to the left' },
    nextBoundary: { short: 'boundary', long: 'The boundary to the right' },
    moreLayers: { short: 'more', long: 'One layer more for the card on the left' },
    fewerLayers: { short: 'less', long: 'One layer less for the card on the left' },
    manyMore: { short: 'five more', long: 'Five layers more for the card on the left' },
    manyFewer: { short: 'five less', long: 'Five layers less for the card on the left' },
    optimum: { short: 'optimum', long: 'The fastest split that fits' },
    undo: { short: 'undo', long: 'Take the last change back' },
    redo: { short: 'redo', long: 'Make it again' },
    merge: { short: 'card less', long: 'Leave a card out: the two here become one' },
    divide: { short: 'card more', long: 'Use another card: it takes half of the larger at the boundary' },
    reset: { short: 'reset', long: 'As it was when the editor was opened' },
    accept: { short: 'accept', long: 'Accept this split' },
  } satisfies KeyWords['split'],
};
