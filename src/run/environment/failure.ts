import { exitCodes, UserError } from '../../errors.ts';

/** What installers say, and what it means; the first that matches counts. */
const causes: { pattern: RegExp; code: string; what: string; fix: string }[] = [
  {
    pattern: /No space left on device|Errno 28|ENOSPC|Disk quota exceeded/i,
    code: 'environment-no-space',
    what: 'the disk is full',
    fix: 'Free some space, or point XDG_DATA_HOME (and TMPDIR, where wheels are unpacked) to another disk.',
  },
  {
    pattern:
      /Max retries exceeded|NewConnectionError|ConnectTimeout|Read timed out|ProxyError|name resolution|Name or service not known|Network is unreachable|error sending request|Failed to fetch|Connection (refused|reset)/i,
    code: 'environment-unreachable',
    what: 'a package index could not be reached',
    fix: 'Check the network, or set a mirror that you can reach (`pip config set global.index-url URL`), and try again.',
  },
  {
    pattern:
      /No matching distribution|Could not find a version|No solution found|ResolutionImpossible|no wheels? with a matching/i,
    code: 'environment-unresolvable',
    what: 'the package indexes do not hold a version that is needed',
    fix: 'Check which index is used (`pip config list`): a mirror may be out of date. Or give a Python of your own with --python.',
  },
  {
    pattern: /Permission denied|Read-only file system/i,
    code: 'environment-unwritable',
    what: 'the folder may not be written',
    fix: 'Point XDG_DATA_HOME to a folder of your own.',
  },
];

const shownLines = 6;

/**
 * What went wrong in an installation, from the installer's own words.
 *
 * @param title of the step
 * @param output all it printed
 * @param log where that is kept
 */
export function explainInstallFailure(title: string, output: string, log: string): UserError {
  const cause = causes.find(({ pattern }) => pattern.test(output));
  const lines = output.trim().split('\n').filter(Boolean).slice(-shownLines);
  const said = lines.length > 0 ? `\n${lines.map((line) => `  ${line}`).join('\n')}` : '';
  return new UserError(
    cause?.code ?? 'environment-failed',
    `The Python environment could not be set up (${title}): ${cause?.what ?? 'the installer failed'}.${said}`,
    `${cause?.fix ?? 'Try again, or give a Python of your own with --python.'} The installer's output is in ${log}.`,
    exitCodes.environment,
  );
}
