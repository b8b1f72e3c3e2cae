import { readFile } from 'node:fs/promises';
import { type DataSummary, dataSummarySchema } from './schema.ts';

/**
 * Reads the `data.json` that `ft_trainer inspect` wrote.
 *
 * @throws Error when it is not one: it is written by this package alone, so that is no mistake of the user's
 */
export async function readDataSummary(file: string): Promise<DataSummary> {
  const parsed = dataSummarySchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new Error(`${file}: ${issue.path.join('.')}: ${issue.message}`);
}
