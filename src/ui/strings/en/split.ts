import type { KeyWords } from '../../keys/words.ts';

/** Words of the split editor. */
export const split = {
  keys: {
    previousBoundary: { short: 'boundary', long: 'The boundary to the left' },
    nextBoundary: { short: 'boundary', long: 'The boundary to the right' },
    moreLayers: { short: 'a layer more', long: 'One layer more for the card on the left' },
    fewerLayers: { short: 'a layer less', long: 'One layer less for the card on the left' },
    optimum: { short: 'optimum', long: 'The fastest split that fits' },
    undo: { short: 'undo', long: 'Take the last change back' },
    accept: { short: 'accept', long: 'Accept this split' },
  } satisfies KeyWords['split'],
};
