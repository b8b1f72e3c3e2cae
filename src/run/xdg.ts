import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where runs and environments live: `$XDG_DATA_HOME/ft-wizard`. */
export function dataHome(): string {
  return join(base('XDG_DATA_HOME', '.local/share'), 'ft-wizard');
}

/** What can be made again: `$XDG_CACHE_HOME/ft-wizard`. */
export function cacheHome(): string {
  return join(base('XDG_CACHE_HOME', '.cache'), 'ft-wizard');
}

/** The XDG specification: a relative path in these variables is invalid and must be ignored. */
function base(variable: string, fallback: string): string {
  const value = process.env[variable];
  return value && isAbsolute(value) ? value : join(homedir(), fallback);
}
