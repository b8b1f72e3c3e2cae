import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * A path as people write it, made absolute: relative to `cwd`, and with a leading `~/` expanded, since no shell does that
 * for a path that stands in a preset.
 */
export function resolveUserPath(path: string, cwd: string): string {
  if (path === '~') return homedir();
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(cwd, path);
}
