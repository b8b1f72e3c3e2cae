import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { readJsonFile } from '../json-file.ts';
import { runMark } from '../lifecycle.ts';
import { findMarked, identifySelf, isAlive, type ProcessIdentity } from '../process-identity.ts';

/** CUDA's Multi-Process Service for the ranks of one run: they share a card, each with a part of its multiprocessors. */
export interface Mps {
  /** What a process needs in its environment to be a client. */
  env: Record<string, string>;
  /** Ends it, whether or not its clients have. */
  stop(): Promise<void>;
}

const program = 'nvidia-cuda-mps-control';
/** Seconds that clients have to leave; they are gone by then. */
const leaveSeconds = 5;
const folderPrefix = 'ft-wizard-mps-';
const ownerName = 'owner.json';

/** Whose a daemon is; kept beside its pipes. */
interface Owner {
  supervisor: ProcessIdentity;
  /** Path of the run directory. */
  run: string;
}

/**
 * Starts a control daemon that belongs to this run alone, as the user who runs it: no root is needed, and neither another user's
 * daemon nor the system's is touched.
 *
 * @param uuids the real cards
 * @param run path of the run directory; what the daemon does is written to its `mps/`
 * @throws Error for people, when it cannot be started
 */
export async function startMps(uuids: readonly string[], run: string): Promise<Mps> {
  await endAbandoned();
  const logs = join(run, 'mps');
  mkdirSync(logs, { recursive: true });
  // A socket's path may have 107 characters, which a run directory can exceed.
  const pipes = mkdtempSync(join(tmpdir(), folderPrefix));
  const owner: Owner = { supervisor: identifySelf(), run };
  writeFileSync(join(pipes, ownerName), JSON.stringify(owner));
  const env = { CUDA_MPS_PIPE_DIRECTORY: pipes, CUDA_MPS_LOG_DIRECTORY: logs };
  const { failed, code, exitCode } = await control(
    { ...env, CUDA_VISIBLE_DEVICES: uuids.join(',') },
    { args: ['-d'] },
  );
  if (failed) {
    rmSync(pipes, { recursive: true, force: true });
    const why = code === 'ENOENT' ? 'it is not installed' : `it ended with ${exitCode ?? code}`;
    throw new Error(
      `${program} could not be started: ${why}. It gives each rank its share of a card; leave the percentage out of --emulate to do without.`,
    );
  }
  return { env, stop: () => end(pipes) };
}

/** Ends the daemon of that folder, and the folder with it. */
async function end(pipes: string): Promise<void> {
  await control({ CUDA_MPS_PIPE_DIRECTORY: pipes }, { input: `quit -t ${leaveSeconds}\n` });
  rmSync(pipes, { recursive: true, force: true });
}

/** Ends what supervisors that were killed have left running, unless their ranks still train with it. */
async function endAbandoned(): Promise<void> {
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith(folderPrefix));
  for (const folder of folders.map((name) => join(tmpdir(), name))) {
    const owner = ownerOf(folder);
    if (!owner || isAlive(owner.supervisor) || findMarked(runMark, owner.run).length > 0) continue;
    await end(folder);
  }
}

/** Null where it is another user's, or cannot be known. */
function ownerOf(folder: string): Owner | null {
  try {
    const isOurs = statSync(folder).uid === userInfo().uid;
    return isOurs ? (readJsonFile(join(folder, ownerName)) as Owner) : null;
  } catch {
    return null;
  }
}

function control(env: Record<string, string>, { args = [], input }: { args?: string[]; input?: string }) {
  return execa(program, args, {
    env,
    // The daemon keeps what it inherits: with pipes, this would wait for its end.
    stdout: 'ignore',
    stderr: 'ignore',
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    timeout: 30_000,
    reject: false,
  });
}
