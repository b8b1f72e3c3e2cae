import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { execa } from 'execa';
import { exitCodes, UserError } from '../errors.ts';
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

/** The error the trainer reports as its last line of stdout; null when it says nothing of the kind. */
export function reportedError(stdout: string, exitCode: number | undefined): UserError | null {
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  try {
    const { type, code, message, fix } = JSON.parse(last);
    return type === 'error' ? new UserError(code, message, fix, exitCode ?? exitCodes.failed) : null;
  } catch {
    return null;
  }
}

function crashed(subcommand: string, shortMessage: string, stderr: string): UserError {
  const said = stderr.trim().split('\n').slice(-lastLines).join('\n');
  return new UserError(
    'trainer-crashed',
    `The trainer failed in "${subcommand}": ${said || shortMessage}`,
    'Check the environment with `ft-wizard doctor`; if it is sound, please report this with the text above.',
    exitCodes.failed,
  );
}

function cannotStart(python: string, error: Error): UserError {
  const { code } = error as NodeJS.ErrnoException;
  const why =
    code === 'ENOENT' ? 'there is no such program' : code === 'EACCES' ? 'it may not be run' : error.message;
  return new UserError(
    'python-missing',
    `Python cannot be started as ${python}: ${why}.`,
    'Give another one with --python, or leave it out to have one set up.',
    exitCodes.environment,
  );
}
