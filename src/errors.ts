import { errors as english } from './words/en/errors.ts';
import type { Said } from './words/said.ts';

/** Exit codes of the command line (see README). */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  environment: 4,
  interrupted: 130,
} as const;

type Errors = typeof english;

/** Which error: its code, and after a slash which way it came about where there are several. */
export type ErrorKey = keyof Errors;

/** What is known about an error. */
export type AboutError = { [Key in ErrorKey]: Parameters<Errors[Key]>[0] };

/** The errors in the words of a language. */
export type ErrorWords = { [Key in ErrorKey]: (about: AboutError[Key]) => Said };

/**
 * A mistake or an obstacle that the person can do something about. Anything else thrown is a bug of ours. `message` and `fix` are English, for
 * the plain command line and scripts; a screen says it in its own language.
 */
export class UserError<Key extends ErrorKey = ErrorKey> extends Error {
  override name = 'UserError';
  /** Stable, kebab-case, e.g. `model-not-found`. */
  readonly code: string;
  /** What to do about it, one sentence. */
  readonly fix: string;
  readonly exitCode: number;
  readonly #key: Key;
  readonly #about: AboutError[Key];

  constructor(key: Key, about: AboutError[Key], exitCode: number = exitCodes.usage) {
    const said = (english as ErrorWords)[key](about);
    super(said.message);
    this.code = key.split('/')[0]!;
    this.fix = said.fix;
    this.exitCode = exitCode;
    this.#key = key;
    this.#about = about;
  }

  /** What is known about it, if it is that error. */
  aboutOf<Wanted extends ErrorKey>(key: Wanted): AboutError[Wanted] | undefined {
    return (this.#key as ErrorKey) === key
      ? (this.#about as AboutError[ErrorKey] as AboutError[Wanted])
      : undefined;
  }

  in(words: ErrorWords): Said {
    return words[this.#key](this.#about);
  }
}
