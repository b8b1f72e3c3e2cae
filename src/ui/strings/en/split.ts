import type { KeyWords } from '../../keys/words.ts';

/** Words of the split editor. */
export const split = {
  title: 'Layer split',
  /** @param each layers a sign stands for */
  legend: (each: number) => (each === 1 ? 'a sign is a layer' : `a sign is ${each} layers`),
  trainedLegend: 'trained',
  frozenLegend: 'frozen',
  /** @param last index of the last layer */
  layers: (first: number, last: number) => (first === last ? `layer ${first}` : `layers ${first}-${last}`),
  count: (layers: number) => `${layers}`,
  memory: (predicted: string, capacity: string) => `${predicted} of ${capacity}`,
  free: (bytes: string) => `${bytes} free`,
  over: (bytes: string) => `${bytes} too much`,
  /** Time of a stage for one micro-batch. */
  time: (duration: string) => `${duration} a batch`,
  slowest: 'slowest',
  step: (duration: string) => `${duration} a step`,
  speed: (tokens: string) => `${tokens} tokens/s`,
  busy: (percent: string) => `cards busy ${percent}`,
  fits: 'It fits.',
  tooMuch: (cards: number) =>
    cards === 1
      ? 'It does not fit: one card is over-full.'
      : `It does not fit: ${cards} cards are over-full.`,
  optimal: 'This is the fastest split that fits.',
  slower: (percent: string) => `The optimum is ${percent} faster (a).`,
  boundary: (left: number, right: number) => `boundary  ${left} | ${right}`,
  single: 'One card holds all layers: there is nothing to split.',
  why: 'Frozen layers below the trained ones keep nothing for the backward pass; a trained layer costs 16 to 18 bytes a parameter. So the last card takes fewer layers.',
  most: (layers: number) => `These cards can train up to ${layers} of the last layers.`,
  keys: {
    previousBoundary: { short: 'boundary', long: 'The boundary to the left' },
    nextBoundary: { short: 'boundary', long: 'The boundary to the right' },
    moreLayers: { short: 'a layer more', long: 'One layer more for the card on the left' },
    fewerLayers: { short: 'a layer less', long: 'One layer less for the card on the left' },
    manyMore: { short: 'five more', long: 'Five layers more for the card on the left' },
    manyFewer: { short: 'five less', long: 'Five layers less for the card on the left' },
    optimum: { short: 'optimum', long: 'The fastest split that fits' },
    undo: { short: 'undo', long: 'Take the last change back' },
    redo: { short: 'redo', long: 'Make it again' },
    merge: { short: 'a card less', long: 'Put the two cards at the boundary together' },
    divide: { short: 'a card more', long: 'Halve the larger of the two at the boundary' },
    reset: { short: 'reset', long: 'As it was when the editor was opened' },
    accept: { short: 'accept', long: 'Accept this split' },
  } satisfies KeyWords['split'],
};
