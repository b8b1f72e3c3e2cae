import { execa } from 'execa';
import { signal as send } from '../control.ts';

/** For an installer to remove what it has unpacked in temporary folders, which it does on SIGINT alone. */
const graceMs = 3_000;

/** How a command ended. */
export interface GroupResult {
  failed: boolean;
  /** All it printed. */
  output: string;
}

/**
 * Runs a command as leader of a process group of its own: it and all that it starts end with this process, or when they are given up.
 *
 * @param onLine called with each line that is printed
 * @param signal gives it up
 * @throws the signal's reason, once nothing of the group is left
 */
export async function runGroup(
  file: string,
  args: string[],
  { env, onLine, signal }: { env: NodeJS.ProcessEnv; onLine: (line: string) => void; signal?: AbortSignal },
): Promise<GroupResult> {
  signal?.throwIfAborted();
  const show = function* (line: unknown) {
    onLine(String(line));
    yield line;
  };
  const child = execa(file, args, {
    env,
    reject: false,
    detached: true,
    stdin: 'ignore',
    stdout: show,
    stderr: show,
    all: true,
  });
  const end = (how: NodeJS.Signals) => {
    if (child.pid !== undefined) send(-child.pid, how);
  };
  const endAtOnce = () => end('SIGKILL');
  let force: NodeJS.Timeout | undefined;
  const giveUp = () => {
    end('SIGINT');
    force = setTimeout(endAtOnce, graceMs);
  };
  process.on('exit', endAtOnce);
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    const { failed, all, shortMessage } = await child;
    if (signal?.aborted) endAtOnce();
    signal?.throwIfAborted();
    return { failed, output: all || shortMessage || '' };
  } finally {
    clearTimeout(force);
    process.off('exit', endAtOnce);
    signal?.removeEventListener('abort', giveUp);
  }
}
