import { exitCodes, UserError } from '../errors.ts';
import { sentence } from '../words/said.ts';
import { painter } from './text/paint.ts';

/**
 * Says what went wrong: to people on stderr, or as one JSON object on stdout.
 *
 * @returns the exit code
 */
export function reportError(error: unknown, json: boolean): number {
  const known = error instanceof UserError;
  if (json) {
    const { code, message, fix } = known ? error : { code: 'internal', message: String(error), fix: bugFix };
    process.stdout.write(`${JSON.stringify({ type: 'error', code, message, fix })}\n`);
  }
  if (!json || !known) process.stderr.write(`${describeError(error)}\n`);
  return known ? error.exitCode : exitCodes.failed;
}

const bugFix = 'This is a mistake in ft-wizard. Please report it with what you ran and the text above.';

function describeError(error: unknown): string {
  const paint = painter(process.stderr);
  if (error instanceof UserError) {
    return `${paint('red', 'Error:')} ${sentence(error.message)}\n${paint('bold', 'Fix:')}   ${error.fix}`;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${paint('red', 'Unexpected error:')} ${trace}\n${bugFix}`;
}
