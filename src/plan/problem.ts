import type { Card } from '../hardware/card.ts';
import type { CardName } from '../words/en/problems/hardware.ts';
import { problems as english } from '../words/en/problems.ts';
import type { Problem } from './schema.ts';

type Problems = typeof english;

export type ProblemCode = keyof Problems;

/** What is known about a problem, by its code. */
type Abouts = { [Code in keyof Problems]: Parameters<Problems[Code]>[0] };

export type AboutProblem<Code extends ProblemCode> = Abouts[Code];

/** A problem in no language yet: what `Problem` says in English. */
export type FoundProblem = {
  [Code in keyof Problems]: { code: Code; severity: Problem['severity']; about: Abouts[Code] };
}[keyof Problems];

export function found<Code extends keyof Problems>(
  severity: Problem['severity'],
  code: Code,
  about: Abouts[Code],
): FoundProblem {
  return { code, severity, about } as FoundProblem;
}

/** The problem in the words of a language; English by default, which is what files and scripts get. */
export function wordProblem(
  { code, severity, about }: FoundProblem,
  words: { [Code in keyof Problems]: (about: Abouts[Code]) => ReturnType<Problems[Code]> } = english,
): Problem {
  // Code and what is known about it belong together, which is lost where they are taken apart.
  const say = words[code] as (about: FoundProblem['about']) => ReturnType<Problems[typeof code]>;
  return { code, severity, ...say(about) };
}

export const nameOf = ({ index, kind }: Card): CardName => ({ index, name: kind.name });
