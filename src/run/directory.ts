import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { exitCodes, UserError } from '../errors.ts';
import { type Plan, planSchema } from '../plan/schema.ts';
import { type Recipe, recipeSchema } from '../recipe/schema.ts';
import type { Unwritable } from '../words/en/runs.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import { identifySelf } from './process-identity.ts';
import { makeRunId } from './run-id.ts';
import { type Status, statusSchema } from './status.ts';
import { dataHome } from './xdg.ts';

/** The run directory: the only link between the trainer and everything else. One writer a file (DESIGN section 3). */
export class RunDirectory {
  /** Absolute. */
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get id(): string {
    return basename(this.path);
  }
  get recipeFile(): string {
    return join(this.path, 'recipe.json');
  }
  get statusFile(): string {
    return join(this.path, 'status.json');
  }
  get dataFile(): string {
    return join(this.path, 'data.json');
  }
  /** The encoded rows: `tokens.npy`, `offsets.npy`, `targets.npy`. */
  get dataFolder(): string {
    return join(this.path, 'data');
  }
  get eventsFile(): string {
    return join(this.path, 'events.jsonl');
  }
  get supervisorFile(): string {
    return join(this.path, 'supervisor.jsonl');
  }
  get telemetryFile(): string {
    return join(this.path, 'telemetry.jsonl');
  }
  /** Raw stdout and stderr of all ranks. */
  get logFile(): string {
    return join(this.path, 'trainer.log');
  }
  get controlFolder(): string {
    return join(this.path, 'control');
  }
  get checkpointsFolder(): string {
    return join(this.path, 'checkpoints');
  }
  get outputFolder(): string {
    return join(this.path, 'output');
  }
  get attemptsFolder(): string {
    return join(this.path, 'attempts');
  }
  attemptFolder(attempt: number): string {
    return join(this.attemptsFolder, String(attempt));
  }
  planFile(attempt: number): string {
    return join(this.attemptFolder(attempt), 'plan.json');
  }

  /** @throws UserError `run-broken` when the file is absent or not what this version writes; so do the other readers */
  readRecipe(): Recipe {
    return this.#read(this.recipeFile, recipeSchema);
  }
  readStatus(): Status {
    return this.#read(this.statusFile, statusSchema);
  }
  readPlan(attempt: number): Plan {
    return this.#read(this.planFile(attempt), planSchema);
  }

  writeStatus(status: Status): void {
    writeJsonFile(this.statusFile, status);
  }

  #read<T>(file: string, schema: { parse(value: unknown): T }): T {
    try {
      return schema.parse(readJsonFile(file));
    } catch (error) {
      throw new UserError('run-broken', { file, reason: firstLine(error), folder: this.path });
    }
  }
}

function firstLine(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  return error instanceof SyntaxError ? `it is not JSON (${message})` : (message.split('\n')[0] ?? '');
}

/** Where runs are kept. @param override the user's `--runs-dir` */
export function runsRoot(override?: string): string {
  return override ? resolve(override) : join(dataHome(), 'runs');
}

/** What a run starts from. */
export interface NewRun {
  root: string;
  recipe: Recipe;
  plan: Plan;
  /** Puts `data.json` and `data/` into the new folder, e.g. from the cache. */
  addData?: (folder: RunDirectory) => void;
}

/**
 * Makes a run directory of phase `preparing`, complete or not at all: it is filled under a hidden name and then renamed.
 *
 * @throws UserError `runs-dir-unwritable` (exit 4)
 */
export function createRun({ root, recipe, plan, addData }: NewRun): RunDirectory {
  const now = new Date();
  const hidden = new RunDirectory(join(root, `.creating-${process.pid}-${now.getTime()}`));
  try {
    mkdirSync(hidden.attemptFolder(1), { recursive: true });
    for (const folder of [hidden.controlFolder, hidden.checkpointsFolder]) mkdirSync(folder);
    writeJsonFile(hidden.recipeFile, recipe);
    writeJsonFile(hidden.planFile(1), plan);
    addData?.(hidden);
    return publish(hidden, root, makeRunId(recipe.model, now), now);
  } catch (error) {
    rmSync(hidden.path, { recursive: true, force: true });
    throw asUserError(error, root);
  }
}

/** Renames under the first free name: `id`, `id-2`, `id-3`, ... Renaming onto a folder with content fails, so none is lost. */
function publish(hidden: RunDirectory, root: string, id: string, now: Date): RunDirectory {
  for (let count = 1; ; count++) {
    const run = new RunDirectory(join(root, count === 1 ? id : `${id}-${count}`));
    if (existsSync(run.path)) continue;
    hidden.writeStatus(preparing(run.id, 1, now.toISOString()));
    try {
      renameSync(hidden.path, run.path);
      return run;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    }
  }
}

/** Status of a run that no supervisor has taken over yet; the process preparing it stands in. */
export function preparing(id: string, attempt: number, created: string): Status {
  return {
    version: 1,
    id,
    phase: 'preparing',
    attempt,
    host: hostname(),
    supervisor: identifySelf(),
    trainer: null,
    python: null,
    created,
    updated: new Date().toISOString(),
    exitCode: null,
    reason: null,
  };
}

function asUserError(error: unknown, root: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Record<string, Unwritable> = {
    ENOSPC: 'full',
    EDQUOT: 'quota',
    EACCES: 'forbidden',
    EROFS: 'read-only',
    ENOTDIR: { said: message },
  };
  const why = reasons[code ?? ''];
  if (!why) return error;
  return new UserError('runs-dir-unwritable', { root, why }, exitCodes.environment);
}

/** A run of a listing; `broken` says why it cannot be shown in full. */
export interface ListedRun {
  run: RunDirectory;
  recipe: Recipe | null;
  status: Status | null;
  broken: string | null;
}

/** All runs, newest first; a folder with something wrong in it is listed as broken, and never fails the listing. */
export function listRuns(root: string): ListedRun[] {
  return runIds(root).map((id) => {
    const run = new RunDirectory(join(root, id));
    try {
      return { run, recipe: run.readRecipe(), status: run.readStatus(), broken: null };
    } catch (error) {
      return { run, recipe: null, status: null, broken: (error as Error).message };
    }
  });
}

/** Names of the run folders, newest first: they begin with the time. */
function runIds(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort(byTimeThenCount)
    .reverse();
}

/** `x-2` of the same minute comes after `x`, and `x-10` after `x-9`. */
function byTimeThenCount(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/**
 * The run the user means.
 *
 * @param idOrPath a path, an id, or an unambiguous beginning of one; undefined for the newest run
 * @throws UserError `run-not-found` or `run-ambiguous` (exit 2)
 */
export function openRun(idOrPath: string | undefined, root: string): RunDirectory {
  if (idOrPath?.includes('/')) return openPath(resolve(idOrPath));
  const ids = runIds(root);
  const wanted = idOrPath ?? ids[0];
  const found = ids.includes(wanted ?? '') ? [wanted] : ids.filter((id) => id.startsWith(wanted ?? ''));
  if (found.length === 1 && found[0]) return new RunDirectory(join(root, found[0]));
  if (found.length > 1) {
    throw new UserError('run-ambiguous', {
      wanted: String(wanted),
      found: ids.filter((id) => id.startsWith(wanted ?? '')),
    });
  }
  throw new UserError('run-not-found', { wanted: wanted ?? null, root });
}

function openPath(path: string): RunDirectory {
  // A file of the run, e.g. its events.jsonl completed by the shell, means the run as well.
  const folder = statSync(path, { throwIfNoEntry: false })?.isFile() ? dirname(path) : path;
  const run = new RunDirectory(folder);
  if (existsSync(run.statusFile)) return run;
  throw new UserError('run-not-found/folder', { folder });
}
