import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exitCodes, UserError } from '../errors.ts';
import type { Card, Host } from '../hardware/card.ts';
import { detectHost } from '../hardware/host.ts';
import { type Detection, queryCards } from '../hardware/nvidia-smi.ts';
import { findTorchBuild } from '../hardware/torch-build.ts';
import { isOffline } from '../model/hub-access.ts';
import { findCardProblems } from '../plan/checks/checks.ts';
import { hostRam } from '../plan/checks/host.ts';
import { PROCESS_BYTES } from '../plan/needs.ts';
import { decidePrecision } from '../plan/precision.ts';
import { wordProblem } from '../plan/problem.ts';
import type { Problem } from '../plan/schema.ts';
import { runsRoot } from '../run/directory.ts';
import { ensureEnvironment, findEnvironment, requireSpace } from '../run/environment/environment.ts';
import { findPython, pythonNeeded } from '../run/environment/python.ts';
import { formatBytes } from '../units.ts';
import { noCards } from '../words/en/cards.ts';
import { findDiskRoom } from './disk-room.ts';
import type { Output } from './output.ts';
import { formatFindings } from './text/doctor.ts';

/** What was looked at and how it is. A warning stands in the way of some trainings, a failure of all. */
export interface Finding {
  subject: string;
  state: 'ok' | 'warning' | 'failure';
  /** Which problem it is, in the words of scripts; null where nothing is wrong. */
  code: string | null;
  found: string;
  /** What to do about it; null where nothing needs doing. */
  fix: string | null;
}

type Found = Omit<Finding, 'subject'>;

interface Check {
  subject: string;
  look: () => Promise<Found[]>;
}

const ok = (found: string): Found => ({ state: 'ok', code: null, found, fix: null });
const warning = (code: string, found: string, fix: string): Found => ({ state: 'warning', code, found, fix });
const failure = ({ code, message, fix }: Pick<Problem, 'code' | 'message' | 'fix'>): Found => ({
  state: 'failure',
  code,
  found: message,
  fix,
});

/** `doctor`: looks at everything a training needs, changes nothing. @returns 4 when something must be put right first */
export async function doctor(
  options: { python?: string; runsDir?: string },
  output: Output,
): Promise<number> {
  const [detection, host] = await Promise.all([queryCards(), detectHost()]);
  const root = runsRoot(options.runsDir);
  const ownPython = options.python !== undefined;
  const checks: Check[] = [
    { subject: 'Node', look: async () => [ok(process.versions.node)] },
    { subject: 'Cards', look: async () => examineCards(detection, ownPython) },
    { subject: 'Host', look: async () => examineHost(host, detection.cards) },
    { subject: 'Python', look: () => examinePython(options.python, detection.cards) },
    { subject: 'Runs', look: () => examineRunsFolder(root) },
    { subject: 'Hub', look: examineHub },
  ];
  const findings = (await Promise.all(checks.map(carryOut))).flat();
  const failed = findings.some(({ state }) => state === 'failure');
  output.emit({ ok: !failed, findings, cards: detection.cards });
  if (!output.json) output.say(formatFindings(findings, output.paint, output.columns));
  return failed ? exitCodes.environment : exitCodes.done;
}

/** What a check cannot put up with becomes a finding: one broken thing must not hide the others. */
async function carryOut({ subject, look }: Check): Promise<Finding[]> {
  try {
    return (await look()).map((finding) => ({ subject, ...finding }));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ subject, ...failure(error) }];
  }
}

function examineCards({ cards, driverVersion, reason, notes }: Detection, ownPython: boolean): Found[] {
  if (cards.length === 0) {
    return [
      warning(
        'no-cards',
        reason === null ? 'none' : noCards(reason),
        'Without one, training runs on the CPU; `plan --gpus 2xP40` works all the same.',
      ),
    ];
  }
  return [
    ok(`driver ${driverVersion ?? 'unknown'}`),
    ...cards.map(({ index, kind, totalBytes, freeBytes }) =>
      ok(
        `${index} ${kind.name}, compute capability ${kind.computeCapability}: ${formatBytes(freeBytes)} of ${formatBytes(totalBytes)} free`,
      ),
    ),
    ...examinePrecision(cards),
    ...cardProblems(cards, ownPython),
    ...notes.map((note) => warning('driver-old', note, 'Update the driver if you can.')),
  ];
}

function examinePrecision(cards: Card[]): Found[] {
  const { value, reason } = decidePrecision('auto', cards);
  return [ok(`together they train in ${value}: ${reason}`)];
}

/** An error that every card alone has too stands in the way of all trainings; another card can be left out with --gpus. */
function cardProblems(cards: Card[], ownPython: boolean): Found[] {
  const errorsOf = (some: Card[]) =>
    findCardProblems({ cards: some, device: 'cuda', ownPython }).filter(
      ({ severity }) => severity === 'error',
    );
  const alone = cards.map((card) => new Set(errorsOf([card]).map(({ code }) => code)));
  return findCardProblems({ cards, device: 'cuda', ownPython }).map((found) => {
    const { code, message, fix } = wordProblem(found);
    const isForAll = alone.every((codes) => codes.has(found.code));
    return isForAll ? failure({ code, message, fix }) : warning(code, message, fix);
  });
}

function examineHost(host: Host, cards: Card[]): Found[] {
  const { cpu, cores, ramTotalBytes, ramAvailableBytes, swapTotalBytes } = host;
  const memory = `${formatBytes(ramAvailableBytes)} of ${formatBytes(ramTotalBytes)} RAM available`;
  // The least there can be: a rank for each card, with nothing loaded.
  const found = hostRam({ cards, host, hostRamBytes: Math.max(1, cards.length) * PROCESS_BYTES });
  const problems = found === null ? [] : [wordProblem(found)];
  return [
    ok(`${cpu}, ${cores} cores`),
    ok(`${memory}, ${formatBytes(swapTotalBytes)} swap`),
    ...problems.map(({ code, message, fix }) => warning(code, message, fix)),
  ];
}

async function examinePython(python: string | undefined, cards: Card[]): Promise<Found[]> {
  if (python !== undefined) {
    const { torch } = await ensureEnvironment({ cards, python, onProgress: () => {} });
    return [ok(`${python} with torch ${torch}`)];
  }
  const build = findTorchBuild(cards);
  // What is wrong then is said of the cards.
  const isServed = !('reason' in build);
  const environment = isServed ? findEnvironment(cards) : null;
  if (environment) return [ok(`${environment.python} with torch ${environment.torch}`)];
  const base = await findPython({ needsVenv: true });
  if (!base?.canVenv) throw pythonNeeded(base);
  if (!isServed) return [ok(`${base.path} (${base.version})`)];
  await requireSpace(cards);
  const torch = `${build.requirement} (${build.id})`;
  return [ok(`${base.path} (${base.version}); a private environment with ${torch} is set up on first use`)];
}

async function examineRunsFolder(root: string) {
  const { runs, download } = await findDiskRoom(root, undefined);
  await checkWritable(root);
  return [
    ok(`${runs.folder}, ${formatBytes(runs.freeBytes)} free`),
    ok(`${formatBytes(download.freeBytes)} free for downloads in ${download.folder}`),
  ];
}

/** The folder may be still to be made: then its nearest parent counts. */
async function checkWritable(folder: string, asked = folder): Promise<void> {
  try {
    await access(folder, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(folder) !== folder) return checkWritable(dirname(folder), asked);
    throw new UserError('runs-dir-unwritable/checked', { folder: asked, reason: String(code) });
  }
}

async function examineHub() {
  const url = process.env.HF_ENDPOINT || 'https://huggingface.co';
  if (isOffline()) return [ok('offline by HF_HUB_OFFLINE: models come from folders and the cache')];
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(3000) });
    return [ok(url)];
  } catch {
    return [
      warning(
        'hub-unreachable',
        `${url} cannot be reached`,
        'Use models in local folders, or name a mirror in HF_ENDPOINT.',
      ),
    ];
  }
}
