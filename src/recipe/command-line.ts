import { isDeepStrictEqual } from 'node:util';
import { settingPaths } from './fields.ts';
import { parseRecipe, type RecipeDraft } from './parse.ts';
import { fieldOf, questions } from './questions.ts';
import { recipeSchema } from './schema.ts';

/**
 * The flags that say the same as the draft: `['--model', 'demo', '--set', 'lora.rank=32']`. What equals the default is left out.
 * The inverse of reading flags; a preset is not among them, for it may change.
 */
export function recipeArguments(draft: RecipeDraft): string[] {
  const defaults = parseRecipe({ model: '-', ...(draft.method && { method: draft.method }) }, 'the defaults');
  const flags = new Map(
    questions.flatMap((question) => (question.flag ? [[question.fields[0], question.id]] : [])),
  );
  return settingPaths(recipeSchema).flatMap((path) => {
    const value = fieldOf(draft, path);
    const isDefault =
      path === 'method' ? value === 'lora' : isDeepStrictEqual(value, fieldOf(defaults, path));
    if (value === undefined || isDefault) return [];
    const flag = flags.get(path);
    if (flag !== undefined) return [value].flat().flatMap((each) => [`--${flag}`, String(each)]);
    return ['--set', `${path}=${typeof value === 'string' ? value : JSON.stringify(value)}`];
  });
}

/** Arguments as a shell reads them: quoted where they hold anything but plain characters. */
export function shellLine(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}
