import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import type { RunDirectory } from './directory.ts';
import { inspectRun, isTrainerAlive, runMark } from './lifecycle.ts';
import { findMarked, isAlive } from './process-identity.ts';

/**
 * A request is a file in `control/` that anyone may create. `stop` and `checkpoint` are carried out by the ranks at a step
 * boundary; `kill` tells the supervisor that the end it is about to see was wanted.
 */
export type ControlRequest = 'stop' | 'checkpoint' | 'kill';

/** Asks for a checkpoint and then the end. @throws UserError `run-not-live` (exit 2), as the other requests do */
export function requestStop(run: RunDirectory): void {
  request(run, 'stop');
}

/** Asks for a checkpoint; training goes on. */
export function requestCheckpoint(run: RunDirectory): void {
  request(run, 'checkpoint');
}

function request(run: RunDirectory, name: ControlRequest): void {
  const { live, state, reason } = inspectRun(run);
  if (!live) {
    throw new UserError('run-not-live', { id: run.id, state, reason });
  }
  postRequest(run, name);
}

/** Leaves the request without asking whether anyone will read it. */
export function postRequest(run: RunDirectory, name: ControlRequest): void {
  mkdirSync(run.controlFolder, { recursive: true });
  writeFileSync(join(run.controlFolder, name), '');
}

export function isRequested(run: RunDirectory, name: ControlRequest): boolean {
  return existsSync(join(run.controlFolder, name));
}

/** Forgets requests nobody will answer any more: a resumed run must not stop at once for an old one. */
export function clearRequests(run: RunDirectory): void {
  if (!existsSync(run.controlFolder)) return;
  for (const name of readdirSync(run.controlFolder)) rmSync(join(run.controlFolder, name), { force: true });
}

/** A process in the middle of a driver call can take this long to go. */
const dyingMs = 30_000;

/**
 * Ends the training now, without a checkpoint, ranks that outlived supervisor or torchrun included. Returns when nothing of
 * it is left, or when half a minute after SIGKILL something still is.
 *
 * @param graceMs between asking (SIGTERM) and forcing (SIGKILL)
 */
export async function killRun(run: RunDirectory, graceMs = 5_000): Promise<void> {
  const { live, status } = inspectRun(run);
  if (!live) return;
  const { trainer } = status;
  const leads = () => trainer !== null && isAlive(trainer);
  postRequest(run, 'kill');
  if (trainer && leads()) signal(-trainer.pid, 'SIGTERM');
  const asked = Date.now();
  while (isTrainerAlive(run, status) && Date.now() - asked < graceMs + dyingMs) {
    if (Date.now() - asked >= graceMs) killRanks(run, trainer && leads() ? trainer.pid : null);
    await sleep(50);
  }
}

/** Kills what is left of a run's processes. @param leader torchrun's pid while it is known to be alive */
export function killRanks(run: RunDirectory, leader: number | null): void {
  if (leader !== null) signal(-leader, 'SIGKILL');
  for (const pid of findMarked(runMark, run.path)) signal(pid, 'SIGKILL');
}

/** @param pid negative for a process group */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
