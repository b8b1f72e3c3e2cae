import type { Said } from '../said.ts';

/** An error as the trainer reports it, in English. */
export interface Report {
  code: string;
  message: string;
  fix: string;
}

export const trainer = {
  reported: ({ message, fix }: Report): Said => ({ message, fix }),
};
