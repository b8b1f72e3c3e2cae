import type { z } from 'zod';
import { UserError } from '../errors.ts';
import { describeAllowed, type FieldPath, fieldAt, formatPath, quote, settingPaths } from './fields.ts';
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
  code: string,
): z.output<T> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const faults = result.error.issues.flatMap((issue) => explain(issue, schema));
  const [only] = faults;
  if (only && faults.length === 1) throw new UserError(code, `${where}: ${only.problem}`, only.fix);
  const lines = faults.map(({ problem, fix }) => `\n  ${problem}. ${fix}`);
  throw new UserError(
    code,
    `${where}: ${faults.length} fields are wrong:${lines.join('')}`,
    'Correct them and try again.',
  );
}

interface Fault {
  problem: string;
  fix: string;
}

function explain(issue: z.core.$ZodIssue, root: z.ZodType): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownField(root, [...issue.path, key]));
  }
  const path = formatPath(issue.path) || 'the whole';
  const field = fieldAt(root, issue.path);
  if (issue.input === undefined) {
    return [{ problem: `${path} is missing`, fix: missingFix(issue.path) }];
  }
  const allowed = issue.code === 'custom' ? issue.message : field ? describeAllowed(field) : issue.message;
  return [{ problem: `${path} is ${quote(issue.input)}, which is not allowed`, fix: `Use ${allowed}.` }];
}

function missingFix(path: FieldPath): string {
  return formatPath(path) === 'model' ? 'Name one with --model (a folder, a hub id, or demo).' : 'Add it.';
}

/** What to say about a key that does not exist: the likely word, else the words there are. */
export function unknownField(root: z.ZodType, path: FieldPath): Fault {
  const meant = nearest(formatPath(path), settingPaths(root));
  const group = path.slice(0, -1);
  const siblings = settingPaths(fieldAt(root, group) ?? root);
  return {
    problem: `${quote(formatPath(path))} is not a setting`,
    fix: meant ? `Did you mean ${meant}?` : `Known here: ${siblings.join(', ')}.`,
  };
}
