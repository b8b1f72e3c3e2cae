import { CommanderError } from 'commander';
import { exitCodes, UserError } from '../errors.ts';
import { screenMode } from '../ui/screen/mode.ts';
import { createProgram } from './program.ts';
import { reportError } from './report-error.ts';

/**
 * Runs the command line.
 *
 * @param args without `node` and the script
 * @returns the exit code (src/errors.ts)
 */
export async function main(args: string[]): Promise<number> {
  process.stdout.on('error', leaveQuietly);
  let code: number = exitCodes.done;
  const program = createProgram((result) => {
    code = result;
  });
  if (args.length === 0 && screenMode(process.env, process.stdin, process.stdout) === 'none') {
    process.stderr.write(program.helpInformation());
    return exitCodes.usage;
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done; // --help and --version
    return reportError(error instanceof CommanderError ? usageError(error) : error, args.includes('--json'));
  }
}

/** `ft-wizard runs | head` is no mistake of anyone's, nor is a terminal that was closed (EIO). */
function leaveQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  process.exit(exitCodes.done);
}

function usageError(error: CommanderError): UserError {
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const meant = suggestion?.replace(/^\((.*)\)$/, '$1');
  return new UserError('usage', { message, meant: meant ?? null });
}
