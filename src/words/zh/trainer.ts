import type { trainer as english } from '../en/trainer.ts';

export const trainer: typeof english = {
  reported: ({ message, fix }) => ({ message, fix }),
};
