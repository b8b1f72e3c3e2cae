import { existsSync } from 'node:fs';
import type { RunDirectory } from './directory.ts';
import { isPrivate } from './environment/environment.ts';

/** The Python a run was started with, where it was the user's own and is still there: what else is done with the run uses it too. */
export function ownPython(run: RunDirectory): { python?: string } {
  const { python } = run.readStatus();
  return python !== null && !isPrivate(python) && existsSync(python) ? { python } : {};
}
