import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { execa } from 'execa';
import { exitCodes, UserError } from '../../errors.ts';
import type { Card } from '../../hardware/card.ts';
import { freeDiskBytes } from '../../hardware/host.ts';
import { chooseTorchBuild, type TorchBuild } from '../../hardware/torch-build.ts';
import { packageRoot } from '../../package-root.ts';
import { resolveUserPath } from '../../user-path.ts';
import type { EnvironmentFault, SetupNews } from '../../words/en/environments.ts';
import { readJsonFile, writeJsonFile } from '../json-file.ts';
import { dataHome } from '../xdg.ts';
import { explainInstallFailure } from './failure.ts';
import { runGroup } from './group.ts';
import { indexAnswers } from './index-probe.ts';
import {
  environmentPython,
  type Installation,
  type InstallStep,
  installerEnvironment,
  installSteps,
} from './installer.ts';
import { withLock } from './lock.ts';
import { findFaults, type Probe, probePython, supportedVersions } from './probe.ts';
import { findPython, pythonNeeded } from './python.ts';

/** A Python that can train. */
export interface Environment {
  python: string;
  /** Version of torch, e.g. `2.13.0`. */
  torch: string;
}

export interface EnvironmentRequest {
  /** What it must serve; imagined cards count for nothing, and none means CPU. */
  cards: readonly Card[];
  /** The user's own Python, to be checked and left as it is. */
  python?: string;
  onProgress: (news: SetupNews) => void;
  /** Gives it up: what is at work for it ends, and what is half-made is removed. */
  signal?: AbortSignal;
}

/**
 * A Python environment for these cards: the user's own, checked, or a private one, made on first use and then found again in
 * milliseconds.
 *
 * @throws UserError of exit code 4: `python-unsuitable`, `python-missing`, `no-torch-build`, `driver-too-old`, `environment-...`; the
 *   signal's reason when it is given up
 */
export async function ensureEnvironment(request: EnvironmentRequest): Promise<Environment> {
  try {
    return await findOrMake(request);
  } catch (error) {
    // Whatever failed then, it failed for that.
    request.signal?.throwIfAborted();
    throw error;
  }
}

async function findOrMake({ cards, python, onProgress, signal }: EnvironmentRequest): Promise<Environment> {
  const real = cards.filter(({ imagined }) => !imagined);
  // A bare name is looked up on PATH; the supervisor works in another folder, so a path must not depend on this one.
  if (python)
    return checkOwn(python.includes('/') ? resolveUserPath(python, process.cwd()) : python, real, signal);
  const build = chooseTorchBuild(real);
  const folder = environmentFolder(build);
  const ready = findReady(folder);
  if (ready) return ready;
  const waiting = ({ pid }: { pid: number }) => onProgress({ waitingFor: pid });
  return withLock(
    `${folder}.lock`,
    waiting,
    async () => findReady(folder) ?? make(folder, build, real, onProgress, signal),
    signal,
  );
}

/**
 * The private environment for these cards if it is ready; null where it is still to be set up.
 *
 * @throws UserError `no-torch-build`, `driver-too-old` (exit 4)
 */
export function findEnvironment(cards: readonly Card[]): Environment | null {
  return findReady(environmentFolder(chooseTorchBuild(cards.filter(({ imagined }) => !imagined))));
}

/** Whether that Python belongs to an environment made here, which is chosen anew for the cards that are there. */
export function isPrivate(python: string): boolean {
  return python.startsWith(join(dataHome(), 'envs') + sep);
}

function environmentFolder(build: TorchBuild): string {
  return join(dataHome(), 'envs', environmentKey(build));
}

async function checkOwn(
  python: string,
  cards: readonly Card[],
  signal: AbortSignal | undefined,
): Promise<Environment> {
  const probe = await probePython(python, { deep: true, signal });
  const faults = findFaults(probe, supportedVersions(), cards);
  if (faults.length === 0) return { python, torch: String(probe.torch) };
  throw new UserError('python-unsuitable', { python, faults }, exitCodes.environment);
}

/** Names what an environment holds: another torch or another pin is another environment. */
function environmentKey({ id, requirement }: TorchBuild): string {
  const pins = createHash('sha256').update(readFileSync(requirementsFile())).digest('hex').slice(0, 8);
  return `${id}-${requirement.replace(/^torch==|\+.*$/g, '')}-${pins}`;
}

function requirementsFile(): string {
  return join(packageRoot(), 'python/requirements.txt');
}

/** Written last: a folder without it is half-made. */
function markerFile(folder: string): string {
  return join(folder, 'ft-wizard.json');
}

/** Also null where the system's Python beneath it has gone: `existsSync` follows the link. */
function findReady(folder: string): Environment | null {
  const python = environmentPython(folder);
  if (!existsSync(markerFile(folder)) || !existsSync(python)) return null;
  const { torch } = readJsonFile(markerFile(folder)) as Probe;
  return { python, torch: String(torch) };
}

async function make(
  folder: string,
  build: TorchBuild,
  cards: readonly Card[],
  onProgress: (news: SetupNews) => void,
  signal: AbortSignal | undefined,
): Promise<Environment> {
  const installation = await planInstallation(folder, build, onProgress, signal);
  await checkSpace(installation);
  rmSync(folder, { recursive: true, force: true }); // what a broken-off attempt left
  const log = `${folder}.log`;
  writeFileSync(log, '');
  try {
    for (const step of installSteps(installation)) await install(step, log, onProgress, signal);
    const python = environmentPython(folder);
    const probe = await probePython(python, { deep: true, signal });
    const faults = findFaults(probe, supportedVersions(), cards);
    if (faults.length > 0) throw unfit(faults, build, log);
    writeJsonFile(markerFile(folder), probe);
    onProgress({ ready: folder });
    return { python, torch: String(probe.torch) };
  } catch (error) {
    // It can be gigabytes, and would be made anew.
    if (signal?.aborted) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Finds out what there is to install with. */
async function planInstallation(
  folder: string,
  build: TorchBuild,
  onProgress: (news: SetupNews) => void,
  signal: AbortSignal | undefined,
): Promise<Installation> {
  const tool = (await hasUv()) ? 'uv' : 'pip';
  const base = await findPython({ needsVenv: tool === 'pip' });
  signal?.throwIfAborted();
  if (tool === 'pip' && !base?.canVenv) throw pythonNeeded(base);
  const answers = build.index !== null && (await indexAnswers(build.index, base));
  signal?.throwIfAborted();
  if (build.index !== null && !answers) {
    onProgress({ silentIndex: build.index, tool });
  }
  const requirements = requirementsFile();
  return { tool, folder, base: base?.path ?? null, build, indexAnswers: answers, requirements };
}

async function hasUv(): Promise<boolean> {
  const { failed } = await execa('uv', ['--version'], { reject: false, timeout: 10_000, stdin: 'ignore' });
  return !failed;
}

async function install(
  { step, file, args }: InstallStep,
  log: string,
  onProgress: (news: SetupNews) => void,
  signal: AbortSignal | undefined,
) {
  onProgress({ step });
  appendFileSync(log, `$ ${[file, ...args].join(' ')}\n`);
  const onLine = (line: string) => {
    appendFileSync(log, `${line}\n`);
    onProgress({ output: line });
  };
  const { failed, output } = await runGroup(file, args, {
    env: installerEnvironment,
    onLine,
    ...(signal && { signal }),
  });
  if (failed) throw explainInstallFailure(step, output, log);
}

/** Installed size, bytes: with CUDA's libraries 5.1 GiB measured (torch 2.13, CUDA 13), without them estimated; both rounded up. */
const neededBytes = { cuda: 6 * 1024 ** 3, cpu: 2 * 1024 ** 3 };

async function checkSpace({
  folder,
  build,
  indexAnswers,
}: Pick<Installation, 'folder' | 'build' | 'indexAnswers'>): Promise<void> {
  const parent = dirname(folder);
  // PyPI's torch brings CUDA whether there is a card or not; only PyTorch's own CPU index spares it.
  const needed = build.id === 'cpu' && indexAnswers ? neededBytes.cpu : neededBytes.cuda;
  const free = await freeDiskBytes(parent);
  if (free >= needed) return;
  throw new UserError(
    'environment-no-space',
    { needed, free, folder: parent, torch: build.requirement },
    exitCodes.environment,
  );
}

/**
 * Whether there is room to set up a private environment for these cards.
 *
 * @throws UserError `environment-no-space`; `no-torch-build`, `driver-too-old` (exit 4)
 */
export async function requireSpace(cards: readonly Card[]): Promise<void> {
  const build = chooseTorchBuild(cards);
  await checkSpace({ folder: environmentFolder(build), build, indexAnswers: true });
}

/** Installed without an error, and still of no use: mostly a CPU build from a mirror or a local folder of wheels. */
function unfit(faults: EnvironmentFault[], { id, requirement, index }: TorchBuild, log: string): UserError {
  return new UserError(
    'environment-unsuitable',
    { faults, torch: requirement, build: id, index, log },
    exitCodes.environment,
  );
}
