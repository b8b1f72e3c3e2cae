import type { Action, KeyContext } from './table.ts';

/** An action in words. */
export interface KeyWord {
  /** For the footer: one or two words. */
  short: string;
  /** For the `?` overlay and the README. */
  long: string;
}

/** Words for every action of the key table. */
export type KeyWords = { [C in KeyContext]: Record<Action<C>, KeyWord> };
