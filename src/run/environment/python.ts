import { execa } from 'execa';
import { exitCodes, UserError } from '../../errors.ts';

/** Names to try, the user's default first. */
const names = ['python3', 'python', 'python3.13', 'python3.12', 'python3.14', 'python3.11', 'python3.10'];

/** Of the wheels we install: torch 2.11 to 2.13 and the pinned requirements. */
const oldestMinor = 10;
const newestMinor = 14;

/** Path, version, and whether `venv` can make an environment with pip in it (Debian packs that part separately). */
const question = `
import importlib.util, json, sys
venv = all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))
print(json.dumps([sys.executable, *sys.version_info[:2], venv]))
`;

export interface BasePython {
  path: string;
  /** e.g. `3.11` */
  version: string;
  canVenv: boolean;
}

/** The first Python on PATH of a version that serves; null where there is none. Shims that lead nowhere are passed over. */
export async function findPython({ needsVenv }: { needsVenv: boolean }): Promise<BasePython | null> {
  let second: BasePython | null = null;
  for (const name of names) {
    const python = await ask(name);
    if (python && (python.canVenv || !needsVenv)) return python;
    second ??= python;
  }
  return second;
}

async function ask(name: string): Promise<BasePython | null> {
  const { failed, stdout } = await execa(name, ['-I', '-c', question], {
    reject: false,
    timeout: 10_000,
    stdin: 'ignore',
  });
  if (failed) return null;
  const [path, major, minor, canVenv] = JSON.parse(stdout);
  if (major !== 3 || minor < oldestMinor || minor > newestMinor) return null;
  return { path, version: `${major}.${minor}`, canVenv };
}

/** What to say when a private environment cannot be made for want of Python. */
export function pythonNeeded(found: BasePython | null): UserError {
  return found
    ? new UserError(
        'python-without-venv',
        { python: found.path, version: found.version },
        exitCodes.environment,
      )
    : new UserError(
        'python-missing',
        { from: `3.${oldestMinor}`, to: `3.${newestMinor}`, tried: names },
        exitCodes.environment,
      );
}
