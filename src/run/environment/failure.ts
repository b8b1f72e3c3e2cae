import { exitCodes, UserError } from '../../errors.ts';
import type { SetupStep } from '../../words/en/environments.ts';

type InstallFailure =
  | 'environment-no-space/installing'
  | 'environment-unreachable'
  | 'environment-unresolvable'
  | 'environment-unwritable';

/** What installers say, and what it means; the first that matches counts. */
const causes: { pattern: RegExp; key: InstallFailure }[] = [
  {
    pattern: /No space left on device|Errno 28|ENOSPC|Disk quota exceeded/i,
    key: 'environment-no-space/installing',
  },
  {
    pattern:
      /Max retries exceeded|NewConnectionError|ConnectTimeout|Read timed out|ProxyError|name resolution|Name or service not known|Network is unreachable|error sending request|Failed to fetch|Connection (refused|reset)/i,
    key: 'environment-unreachable',
  },
  {
    pattern:
      /No matching distribution|Could not find a version|No solution found|ResolutionImpossible|no wheels? with a matching/i,
    key: 'environment-unresolvable',
  },
  {
    pattern: /Permission denied|Read-only file system/i,
    key: 'environment-unwritable',
  },
];

const shownLines = 6;

/**
 * What went wrong in an installation, from the installer's own words.
 *
 * @param output all it printed
 * @param log where that is kept
 */
export function explainInstallFailure(step: SetupStep, output: string, log: string): UserError {
  const cause = causes.find(({ pattern }) => pattern.test(output));
  const said = output.trim().split('\n').filter(Boolean).slice(-shownLines);
  return new UserError(cause?.key ?? 'environment-failed', { step, said, log }, exitCodes.environment);
}
