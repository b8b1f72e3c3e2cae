import type { KeyWords } from '../../keys/words.ts';

/** Words of the wizard. */
export const wizard = {
  keys: {
    next: { short: 'next', long: 'Accept, and go to the next question' },
    more: { short: 'more settings', long: 'Show the settings that seldom matter' },
    preset: { short: 'save as preset', long: 'Save these answers as a preset' },
    edit: { short: 'edit split', long: 'Open the split editor' },
  } satisfies KeyWords['wizard'],
};
