import { execa } from 'execa';
import type { NoCards } from '../words/en/cards.ts';

/** One line of nvidia-smi's table; a field is absent where this driver does not know it. */
export type SmiRow<Field extends string> = Partial<Record<Field, string>>;

/** What nvidia-smi told (and which fields this driver does not know), or why it told nothing. */
export type SmiAnswer<Field extends string> =
  | { ok: true; rows: SmiRow<Field>[]; unknown: Field[] }
  | { ok: false; reason: NoCards };

/**
 * Asks nvidia-smi for a table, once. A field that the driver does not know makes it refuse the whole table (exit 2,
 * naming the field on stdout); that field is dropped and the question asked again.
 *
 * @param fields the last one may hold commas, which nvidia-smi does not quote: put names last
 */
export async function querySmi<Field extends string>(
  table: 'gpu' | 'compute-apps',
  fields: readonly Field[],
  timeoutMs: number,
): Promise<SmiAnswer<Field>> {
  const result = await execa('nvidia-smi', queryArguments(table, fields), {
    reject: false,
    stdin: 'ignore',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  if (!result.failed) return { ok: true, rows: parseRows(result.stdout, fields), unknown: [] };

  const refused = fields.find((field) => result.stdout.includes(`Field "${field}" is not a valid field`));
  if (refused === undefined) {
    const reason = result.timedOut ? { silentFor: timeoutMs / 1000 } : failureReason(result);
    return { ok: false, reason };
  }
  const known = fields.filter((field) => field !== refused);
  if (known.length === 0) return { ok: true, rows: [], unknown: [refused] };
  const answer = await querySmi(table, known, timeoutMs);
  return answer.ok ? { ...answer, unknown: [refused, ...answer.unknown] } : answer;
}

/** Arguments of nvidia-smi that print these fields as bare comma-separated numbers and names. */
export function queryArguments(table: 'gpu' | 'compute-apps', fields: readonly string[]): string[] {
  return [`--query-${table}=${fields.join(',')}`, '--format=csv,noheader,nounits'];
}

/** Rows of nvidia-smi's csv. Lines that are not rows (warnings, "No devices were found") have too few cells: left out. */
export function parseRows<Field extends string>(csv: string, fields: readonly Field[]): SmiRow<Field>[] {
  return csv.split('\n').flatMap((line) => {
    const cells = line.split(', ');
    if (cells.length < fields.length) return [];
    const last = fields.length - 1;
    const joined = [...cells.slice(0, last), cells.slice(last).join(', ')];
    return [Object.fromEntries(fields.map((field, i) => [field, joined[i]!.trim()])) as SmiRow<Field>];
  });
}

/** A cell's number; null for `[N/A]`, `[Not Supported]`, `[Unknown Error]` and the like, which are never 0. */
export function smiNumber(cell: string | undefined): number | null {
  const value = Number(cell?.match(/^-?\d+(\.\d+)?$/)?.[0] ?? Number.NaN);
  return Number.isNaN(value) ? null : value;
}

/** A cell of MiB in bytes, or null. */
export function smiBytes(cell: string | undefined): number | null {
  const mebibytes = smiNumber(cell);
  return mebibytes === null ? null : mebibytes * 2 ** 20;
}

/** A cell's text, or null where nvidia-smi puts a bracketed excuse in its place. */
export function smiText(cell: string | undefined): string | null {
  return cell === undefined || cell === '' || /^\[.*\]$|^N\/A$/.test(cell) ? null : cell;
}

/** Why nvidia-smi gave no answer, with its own first words where it has any. */
export function failureReason(result: {
  code?: string | undefined;
  exitCode?: number | undefined;
  shortMessage?: string | undefined;
  stdout?: unknown;
  stderr?: unknown;
}): NoCards {
  if (result.code === 'ENOENT') return 'not-installed';
  if (result.exitCode === undefined) return { cannotRun: String(result.shortMessage) };
  const said = [result.stdout, result.stderr]
    .flatMap((text) => String(text ?? '').split('\n'))
    .find((line) => line.trim() !== '');
  return { exitCode: result.exitCode, said: said?.trim() ?? null };
}
