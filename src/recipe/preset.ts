import { z } from 'zod';
import { UserError } from '../errors.ts';
import { quote } from './fields.ts';
import { check, draftSchema, type RecipeDraft } from './parse.ts';

/** Short enough for a column, safe as a file name and as a word in a shell. */
const presetName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/)
  .describe('lower-case letters, digits and hyphens, 40 at most, starting with a letter or digit');

/**
 * A preset file: data and nothing else. Strict: there is no key in it that names a command, code or an environment, and an unknown
 * one is refused rather than kept for a later version to act on.
 */
const presetSchema = z.strictObject({
  name: presetName,
  description: z.string().min(1).max(300).describe('one or two sentences, 300 characters at most'),
  cards: z
    .string()
    .regex(/^[\w.,-]{1,100}$/)
    .optional()
    .describe('the cards it is made for, such as 2xP40, or none for the CPU'),
  recipe: draftSchema,
});

export interface Preset {
  name: string;
  description: string;
  /**
   * Card spec the preset is made for. `plan` uses it when no cards are named; a real run uses the cards that are there, but for `none`,
   * which keeps a preset such as the demo on the CPU wherever it is run.
   */
  cards?: string;
  /** As written: what it leaves open takes the recipe's defaults, or must be given (the model). */
  recipe: RecipeDraft;
}

/**
 * Checks a preset's whole content; defaults are not filled in.
 *
 * @param where origin of the value for errors, e.g. the file
 * @throws UserError `preset-invalid` with the path of every wrong field
 */
export function parsePreset(value: unknown, where: string): Preset {
  check(presetSchema, value, where, 'preset-invalid');
  return value as Preset;
}

/**
 * @param where origin of the text for errors
 * @throws UserError `preset-invalid` for text that is not JSON or not a preset
 */
export function readPreset(text: string, where: string): Preset {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = quote((error as SyntaxError).message);
    throw new UserError('preset-invalid/not-json', { where, reason });
  }
  return parsePreset(value, where);
}
