import type { z } from 'zod';
import { UserError } from '../errors.ts';
import type { FieldFault } from '../words/en/recipes.ts';
import { allowedIn, type FieldPath, fieldAt, formatPath, quote, settingPaths } from './fields.ts';
import { type Recipe, type RecipeInput, recipeSchema } from './schema.ts';
import { nearest } from './suggest.ts';

/** A recipe with gaps: what a preset holds, and what flags and `--set` add to. No defaults are filled in. */
export type RecipeDraft = Partial<RecipeInput>;

/** Accepts what `recipeSchema` accepts, the model left open. For checking only: its output has defaults filled in. */
export const draftSchema = recipeSchema.partial({ model: true });

/**
 * A complete recipe, every default filled in.
 *
 * @param where names the origin of the value in errors: a file, or `preset p40x2`
 * @throws UserError `recipe-invalid` naming every wrong field, what it holds and what is allowed
 */
export function parseRecipe(value: unknown, where: string): Recipe {
  return check(recipeSchema, withMethodDefaults(value), where, 'recipe-invalid');
}

/** Whole layers trained at LoRA's rate forget what they knew; 2e-5 is what full fine-tuning of this size commonly takes. */
function withMethodDefaults(value: unknown): unknown {
  const isFreeze =
    value !== null && typeof value === 'object' && 'method' in value && value.method === 'freeze';
  return isFreeze ? { learningRate: 2e-5, ...value } : value;
}

/**
 * The value as `schema` reads it.
 *
 * @param code of the error thrown
 * @throws UserError listing all that is wrong, each with its field path
 */
export function check<T extends z.ZodType>(
  schema: T,
  value: unknown,
  where: string,
  code: 'recipe-invalid' | 'preset-invalid',
): z.output<T> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw new UserError(code, {
    where,
    faults: result.error.issues.flatMap((issue) => explain(issue, schema)),
  });
}

function explain(issue: z.core.$ZodIssue, root: z.ZodType): FieldFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownField(root, [...issue.path, key]));
  }
  const path = formatPath(issue.path);
  if (issue.input === undefined) return [{ wrong: 'missing', field: path }];
  const field = issue.code === 'custom' ? undefined : fieldAt(root, issue.path);
  const allowed = field ? allowedIn(field) : issue.message;
  return [{ wrong: 'value', field: path, value: quote(issue.input), allowed }];
}

/** A key that does not exist, with the likely word, and the words there are. */
export function unknownField(root: z.ZodType, path: FieldPath): FieldFault {
  const meant = nearest(formatPath(path), settingPaths(root)) ?? null;
  const known = settingPaths(fieldAt(root, path.slice(0, -1)) ?? root);
  return { wrong: 'unknown', field: quote(formatPath(path)), meant, known };
}
