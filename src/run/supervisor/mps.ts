import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

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

/**
 * Starts a control daemon that belongs to this run alone, as the user who runs it: no root is needed, and neither another user's
 * daemon nor the system's is touched.
 *
 * @param uuids the real cards
 * @param logFolder where it writes what it does
 * @throws Error for people, when it cannot be started
 */
export async function startMps(uuids: readonly string[], logFolder: string): Promise<Mps> {
  mkdirSync(logFolder, { recursive: true });
  // A socket's path may have 107 characters, which a run directory can exceed.
  const pipes = mkdtempSync(join(tmpdir(), 'ft-wizard-mps-'));
  const env = { CUDA_MPS_PIPE_DIRECTORY: pipes, CUDA_MPS_LOG_DIRECTORY: logFolder };
  const control = (args: string[], input?: string) =>
    execa(program, args, {
      env: { ...env, CUDA_VISIBLE_DEVICES: uuids.join(',') },
      // The daemon keeps what it inherits: with pipes, this would wait for its end.
      stdout: 'ignore',
      stderr: 'ignore',
      ...(input === undefined ? { stdin: 'ignore' } : { input }),
      timeout: 30_000,
      reject: false,
    });
  const { failed, code, exitCode } = await control(['-d']);
  if (failed) {
    rmSync(pipes, { recursive: true, force: true });
    const why = code === 'ENOENT' ? 'it is not installed' : `it ended with ${exitCode ?? code}`;
    throw new Error(
      `${program} could not be started: ${why}. It gives each rank its share of a card; leave the percentage out of --emulate to do without.`,
    );
  }
  return {
    env,
    async stop() {
      await control([], `quit -t ${leaveSeconds}\n`);
      rmSync(pipes, { recursive: true, force: true });
    },
  };
}
