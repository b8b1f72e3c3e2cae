import { z } from 'zod';
import { causes as english } from '../words/en/causes.ts';

type Causes = typeof english;

/** Why a run ended as it did, in no language yet: which cause, and what is known about it. */
export type Cause = { [Key in keyof Causes]: { key: Key; about: Parameters<Causes[Key]>[0] } }[keyof Causes];

/** As it is kept: another version may know other causes. */
export const causeSchema = z.strictObject({ key: z.string(), about: z.unknown() });

/** The cause in the words of a language, English by default; null where the language has none for it. */
export function wordCause(
  { key, about }: z.infer<typeof causeSchema>,
  words: Causes = english,
): string | null {
  if (!Object.hasOwn(words, key)) return null;
  const say = words[key as Cause['key']] as (about: unknown) => string;
  return say(about);
}

/** What goes into `status.json` about it: for scripts and the plain command line in English, for a screen in no language. */
export function causeOf(cause: Cause): { reason: string; cause: Cause } {
  return { reason: wordCause(cause) ?? '', cause };
}
