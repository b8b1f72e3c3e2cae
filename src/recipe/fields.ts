import { z } from 'zod';
import type { Allowed } from '../words/en/recipes.ts';

/** Reads a zod schema as people see it: which fields there are, and what each may hold. */

export type FieldPath = readonly PropertyKey[];

/** What a field holds once it is there: defaults and optionality peeled off. */
function unwrap(schema: unknown): unknown {
  const wrapped =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return wrapped ? unwrap(schema.unwrap()) : schema;
}

/** The schema of the field at `path`, or undefined where there is none. */
export function fieldAt(root: z.ZodType, path: FieldPath): z.ZodType | undefined {
  let field = unwrap(root);
  for (const key of path) {
    if (field instanceof z.ZodObject && Object.hasOwn(field.shape, key))
      field = unwrap(field.shape[String(key)]);
    else if (field instanceof z.ZodArray && typeof key === 'number') field = unwrap(field.element);
    else return undefined;
  }
  return field instanceof z.ZodType ? field : undefined;
}

/** Paths of all single settings below `schema`, e.g. `lora.rank`; groups themselves are left out. */
export function settingPaths(schema: z.ZodType, prefix = ''): string[] {
  const group = unwrap(schema);
  if (!(group instanceof z.ZodObject)) return [prefix];
  return Object.entries(group.shape).flatMap(([key, field]) =>
    settingPaths(field as z.ZodType, prefix === '' ? key : `${prefix}.${key}`),
  );
}

/** `lora.rank`, `prompts[1]`; the empty path is the file as a whole. */
export function formatPath(path: FieldPath): string {
  return path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
    '',
  );
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What the field may hold: one of these. */
export function allowedIn(schema: z.ZodType): Allowed[] {
  return alternatives(z.toJSONSchema(schema, { io: 'input' }));
}

function alternatives(schema: JsonSchema): Allowed[] {
  if (schema.anyOf) return schema.anyOf.flatMap((option) => alternatives(option as JsonSchema));
  return schema.enum ? schema.enum.map((value) => ({ literal: JSON.stringify(value) })) : [describe(schema)];
}

function describe(schema: JsonSchema): Allowed {
  if (schema.const !== undefined) return { literal: JSON.stringify(schema.const) };
  switch (schema.type) {
    case 'integer':
      return { number: 'whole', ...rangeOf(schema, 1) };
    case 'number':
      return { number: 'any', ...rangeOf(schema, 0) };
    case 'array':
      return { list: describe(schema.items as JsonSchema), most: schema.maxItems ?? null };
    case 'object':
      return { group: Object.keys(schema.properties ?? {}) };
    default:
      return { text: schema.description ?? null };
  }
}

/** JSON Schema has no exclusive bounds that are booleans since draft 6; zod's type still allows them. */
const bound = (value: number | boolean | undefined) => (typeof value === 'number' ? value : undefined);

/** @param unit the first number above an exclusive lower bound lies that much higher; 0 for real numbers */
function rangeOf(schema: JsonSchema, unit: 0 | 1) {
  const above = bound(schema.exclusiveMinimum);
  const below = bound(schema.exclusiveMaximum);
  const from = schema.minimum ?? (unit && above !== undefined ? above + unit : undefined);
  const to =
    (schema.maximum ?? Number.MAX_SAFE_INTEGER) < Number.MAX_SAFE_INTEGER ? schema.maximum : undefined;
  return {
    ...(from !== undefined && { from }),
    ...(from === undefined && above !== undefined && { above }),
    ...(to !== undefined && { to }),
    ...(to === undefined && below !== undefined && { below }),
  };
}

/** A value of unknown origin, short and safe to print: nothing in it reaches the terminal as a control sequence. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return short.replace(
    /[\p{Cc}\p{Cf}]/gu,
    (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
}
