import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { execa } from 'execa';
import { type AboutError, exitCodes, UserError } from '../errors.ts';
import { trainerCommand } from './command.ts';

/** Lines of stderr worth showing when the trainer fails without a word of its own. */
const lastLines = 8;

/**
 * Runs one subcommand of the trainer and returns what it printed.
 *
 * @throws UserError of the trainer itself where it reports one (last line of stdout), else `trainer-crashed` (exit 1) with the
 *   end of its stderr; `python-missing` (exit 4) when Python cannot be started
 */
export async function runTrainer(
  python: string,
  args: string[],
  { signal, onLine }: { signal?: AbortSignal; onLine?: (line: string) => void } = {},
): Promise<string> {
  const { file, args: argv, env } = trainerCommand(python, args);
  const { failed, exitCode, stdout, stderr, cause, shortMessage } = await execa(file, argv, {
    env,
    reject: false,
    stdin: 'ignore',
    // The lines are kept as well, for the error message.
    ...(onLine && { stderr: tap(onLine) }),
    ...(signal && { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (!failed) return stdout;
  if (exitCode === undefined && cause instanceof Error) throw cannotStart(python, cause);
  throw reportedError(stdout, exitCode) ?? crashed(args[0] ?? '', shortMessage ?? '', stderr);
}

function tap(onLine: (line: string) => void) {
  return function* (line: unknown) {
    onLine(String(line));
    yield line;
  };
}

/** `chat` talks to the user itself. @returns its exit code */
export async function runTrainerInTerminal(python: string, args: string[]): Promise<number> {
  const { file, args: argv, env } = trainerCommand(python, args);
  const child = spawn(file, argv, { env: { ...process.env, ...env }, stdio: 'inherit' });
  // Ctrl-C reaches the child from the terminal; it decides what that means.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? exitCodes.interrupted;
  } catch (error) {
    throw cannotStart(python, error as Error);
  } finally {
    process.off('SIGINT', ignore);
  }
}

/** What the trainer reports, under a code of its own. */
class ReportedError extends UserError<'reported'> {
  override readonly code: string;

  constructor(report: AboutError['reported'], exitCode: number) {
    super('reported', report, exitCode);
    this.code = report.code;
  }
}

/** The error the trainer reports as its last line of stdout; null when it says nothing of the kind. */
export function reportedError(stdout: string, exitCode: number | undefined): UserError | null {
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  try {
    const { type, code, message, fix } = JSON.parse(last);
    return type === 'error' ? new ReportedError({ code, message, fix }, exitCode ?? exitCodes.failed) : null;
  } catch {
    return null;
  }
}

function crashed(subcommand: string, shortMessage: string, stderr: string): UserError {
  const said = stderr.trim().split('\n').slice(-lastLines).join('\n');
  return new UserError('trainer-crashed', { subcommand, said: said || shortMessage }, exitCodes.failed);
}

function cannotStart(python: string, error: Error): UserError {
  const { code } = error as NodeJS.ErrnoException;
  const reason = code === 'ENOENT' ? 'absent' : code === 'EACCES' ? 'forbidden' : { said: error.message };
  return new UserError('python-missing/given', { python, reason }, exitCodes.environment);
}
