import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A process beyond doubt: pids are reused, a pid with its start time is not. */
export interface ProcessIdentity {
  pid: number;
  /** Opaque, from the system: on Linux clock ticks since boot and the boot's id, so that a changed clock changes nothing. */
  started: string;
}

/** Identity of the process that has this pid now; null where none lives (a zombie does not). */
export function identify(pid: number): ProcessIdentity | null {
  const started = process.platform === 'linux' ? startedOnLinux(pid) : startedByPs(pid);
  return started === null ? null : { pid, started };
}

/** Whether exactly this process still lives. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.started === identity.started;
}

/** Identity of this process. */
export function identifySelf(): ProcessIdentity {
  const identity = identify(process.pid);
  if (!identity) throw new Error('the system tells nothing about this process: is /proc mounted?');
  return identity;
}

function startedOnLinux(pid: number): string | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  // `pid (name) state ...`: the name may hold anything, so count from the last bracket. Start time is field 22 (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, ticks] = [fields[0], fields[19]];
  return state === 'Z' || state === 'X' || ticks === undefined ? null : `${ticks}@${bootId()}`;
}

let boot: string | undefined;

function bootId(): string {
  boot ??= readBootId();
  return boot;
}

/** Some sandboxes show no boot id; the ticks alone are then as good as it gets. */
function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return 'unknown-boot';
  }
}

function startedByPs(pid: number): string | null {
  try {
    const columns = ['-o', 'state=', '-o', 'lstart=', '-p', String(pid)];
    const [state = 'Z', ...started] = execFileSync('ps', columns, { encoding: 'utf8' }).trim().split(/\s+/);
    return state.startsWith('Z') ? null : started.join(' ');
  } catch {
    return null;
  }
}

/**
 * Pids of our user's live processes whose environment holds `NAME=value`. Children inherit the mark wherever they go, so this
 * finds those that left their parent's group (torchrun gives every rank a session of its own) or outlived it.
 * Linux only; elsewhere nothing is found.
 */
export function findMarked(name: string, value: string): number[] {
  if (process.platform !== 'linux') return [];
  const mark = Buffer.from(`${name}=${value}\0`);
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => environmentOf(pid).includes(mark) && identify(pid) !== null);
}

function environmentOf(pid: number): Buffer {
  try {
    return readFileSync(`/proc/${pid}/environ`);
  } catch {
    return Buffer.alloc(0); // another user's, or gone
  }
}
