import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Command } from '../command.ts';
import { identify, type ProcessIdentity } from '../process-identity.ts';

/** How a process ended: one of the two is null. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Child {
  pid: number;
  /** Null when it was over before anyone could look. */
  identity: ProcessIdentity | null;
  ended: Promise<Ending>;
}

/**
 * Starts a command as leader of its own session. Its output goes into the log through inherited descriptors, never a pipe: so it
 * needs no one alive to read it, and outlives the process that started it.
 *
 * @param env added to the command's own environment
 * @throws the error of `spawn`, e.g. ENOENT
 */
export async function startChild(
  command: Command,
  { logFile, cwd, env }: { logFile: string; cwd: string; env: Record<string, string> },
): Promise<Child> {
  const log = openSync(logFile, 'a');
  try {
    const child = spawn(command.file, command.args, {
      cwd,
      env: { ...process.env, ...command.env, ...env },
      detached: true,
      stdio: ['ignore', log, log],
    });
    const ended = new Promise<Ending>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    await once(child, 'spawn');
    const pid = child.pid as number;
    return { pid, identity: identify(pid), ended };
  } finally {
    closeSync(log);
  }
}
