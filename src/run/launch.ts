import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { exitCodes, UserError } from '../errors.ts';
import { packageRoot } from '../package-root.ts';
import type { Plan } from '../plan/schema.ts';
import { clearRequests } from './control.ts';
import { preparing, type RunDirectory } from './directory.ts';
import { readTail } from './events-file.ts';
import { writeJsonFile } from './json-file.ts';
import { inspectRun } from './lifecycle.ts';

/** A supervisor takes over within a second; a machine that swaps may need longer. */
const takeOverMs = 30_000;

/**
 * Starts the run's supervisor, detached from this process and its terminal, and returns when it has taken over.
 *
 * @param python of the environment the trainer runs in
 * @throws UserError `launch-failed` (exit 4) with what the supervisor said
 */
export async function launchRun(run: RunDirectory, { python }: { python: string }): Promise<void> {
  // Its last words, should it not get as far as its own files.
  const log = openSync(run.logFile, 'a');
  const child = spawn(process.execPath, [supervisorProgram(), run.path, '--python', python], {
    detached: true,
    cwd: run.path,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let over = false;
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(launchFailed(error.message)));
    child.once('exit', () => {
      over = true;
    });
  });
  await Promise.race([failed, takenOver(run, child, () => over)]);
  child.removeAllListeners();
  child.unref();
}

async function takenOver(run: RunDirectory, child: { pid?: number | undefined }, isOver: () => boolean) {
  const deadline = Date.now() + takeOverMs;
  while (Date.now() < deadline) {
    const over = isOver(); // before reading: a very short run is over and has said so
    if (run.readStatus().supervisor.pid === child.pid) return;
    if (over) throw launchFailed(readTail(run.logFile, 2_000).trim());
    await sleep(20);
  }
  throw new UserError('launch-failed/silent', { seconds: takeOverMs / 1000 }, exitCodes.environment);
}

function launchFailed(said: string): UserError {
  return new UserError('launch-failed', { said }, exitCodes.environment);
}

/** The bundled program; in development, where this file is TypeScript, its source, which Node runs as it is. */
function supervisorProgram(): string {
  return import.meta.url.endsWith('.ts')
    ? fileURLToPath(new URL('./supervisor/main.ts', import.meta.url))
    : join(packageRoot(), 'dist/supervisor.mjs');
}

/**
 * Prepares another attempt of a run that ended or was lost: it goes on from its newest checkpoint once launched.
 *
 * @param plan for other cards; by default that of the latest attempt
 * @returns the attempt's number
 * @throws UserError `run-in-use` (exit 2) while anything of the run lives, `run-finished` (exit 2) when nothing is left to do
 */
export function prepareResume(run: RunDirectory, plan?: Plan): number {
  const { live, state, status } = inspectRun(run);
  if (live) throw inUse(run);
  if (state === 'done') {
    throw new UserError('run-finished', { id: run.id });
  }
  const latest = Math.max(...readdirSync(run.attemptsFolder).map(Number).filter(Number.isInteger));
  const attempt = latest + 1;
  const decided = plan ?? run.readPlan(status.attempt);
  try {
    mkdirSync(run.attemptFolder(attempt)); // of two who resume at once, one fails here
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? inUse(run) : error;
  }
  writeJsonFile(run.planFile(attempt), decided);
  clearRequests(run);
  run.writeStatus(preparing(run.id, attempt, status.created));
  return attempt;
}

function inUse(run: RunDirectory): UserError {
  return new UserError('run-in-use', { id: run.id });
}
