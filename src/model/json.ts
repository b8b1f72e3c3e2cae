import { UserError } from '../errors.ts';

/**
 * Parses a JSON object out of a file of the model.
 *
 * @param where what to call the file in an error
 * @param code of the error
 * @throws UserError saying in which line the text stops being JSON, or that it is no object
 */
export function parseJson(
  text: string,
  where: string,
  code: 'bad-model-config' | 'checkpoint-damaged',
): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = (error as SyntaxError).message;
    const line = /line (\d+)/.exec(reason)?.[1] ?? null;
    throw new UserError(`${code}/not-json`, { where, line, reason });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UserError(`${code}/no-object`, { where });
  }
  return value as Record<string, unknown>;
}
