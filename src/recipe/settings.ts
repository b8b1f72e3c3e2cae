import { z } from 'zod';
import { UserError } from '../errors.ts';
import { allowedIn, fieldAt, quote } from './fields.ts';
import { type RecipeDraft, unknownField } from './parse.ts';
import { recipeSchema } from './schema.ts';

/**
 * The draft with `--set` arguments applied in order; the draft given is left as it was.
 *
 * A value is read as JSON where the field accepts that, else as text, else as a list of comma-separated names:
 * `lora.rank=32`, `split=20,20`, `lora.targets=q_proj,v_proj`, `dataset=["a.jsonl","b.jsonl"]`. `null` takes a setting back to
 * its default.
 *
 * @param settings each `path=value`
 * @throws UserError `setting-invalid` for a malformed argument, an unknown path or a value that the field refuses
 */
export function applySettings(draft: RecipeDraft, settings: readonly string[]): RecipeDraft {
  const result = structuredClone(draft);
  for (const setting of settings) applySetting(result as Record<string, unknown>, setting);
  return result;
}

function applySetting(draft: Record<string, unknown>, setting: string): void {
  const equals = setting.indexOf('=');
  if (equals < 1) {
    throw new UserError('setting-invalid/no-equals', { setting: quote(setting) });
  }
  const name = setting.slice(0, equals);
  const path = name.split('.');
  const field = fieldAt(recipeSchema, path);
  if (!field) {
    throw new UserError('setting-invalid', unknownField(recipeSchema, path));
  }
  if (field instanceof z.ZodObject) {
    const members = Object.keys(field.shape).map((key) => `${name}.${key}`);
    throw new UserError('setting-invalid/group', { name, members });
  }
  const value = readValue(field, setting.slice(equals + 1), name);

  const last = path.pop()!;
  let group = draft;
  for (const key of path) {
    group[key] ??= {};
    group = group[key] as Record<string, unknown>;
  }
  if (value === null) delete group[last];
  else group[last] = value;
}

function readValue(field: z.ZodType, text: string, name: string): unknown {
  const json = parseJson(text);
  if (json === null) return null;
  const names = /^[\w.-]+(,[\w.-]+)*$/.test(text) ? text.split(',') : [text];
  for (const reading of [json, text, names]) {
    if (reading !== undefined && field.safeParse(reading).success) return reading;
  }
  throw new UserError('setting-invalid', {
    wrong: 'value',
    field: name,
    value: quote(json ?? text),
    allowed: allowedIn(field),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
