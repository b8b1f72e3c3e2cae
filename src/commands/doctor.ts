import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exitCodes, UserError } from '../errors.ts';
import type { Card } from '../hardware/card.ts';
import { detectHost, freeDiskBytes } from '../hardware/host.ts';
import { type Detection, queryCards } from '../hardware/nvidia-smi.ts';
import { isOffline } from '../model/hub-access.ts';
import { runsRoot } from '../run/directory.ts';
import { ensureEnvironment, findEnvironment } from '../run/environment/environment.ts';
import { findPython, pythonNeeded } from '../run/environment/python.ts';
import { formatBytes } from '../units.ts';
import { noCards } from '../words/en/cards.ts';
import type { Output } from './output.ts';
import { formatFindings } from './text/doctor.ts';

/** What was looked at and how it is. A warning stands in the way of some trainings, a failure of all. */
export interface Finding {
  subject: string;
  state: 'ok' | 'warning' | 'failure';
  found: string;
  /** What to do about it; null where nothing needs doing. */
  fix: string | null;
}

interface Check {
  subject: string;
  look: () => Promise<Omit<Finding, 'subject'>[]>;
}

const ok = (found: string) => ({ state: 'ok' as const, found, fix: null });
const warning = (found: string, fix: string) => ({ state: 'warning' as const, found, fix });

/** `doctor`: looks at everything a training needs, changes nothing. @returns 4 when something must be put right first */
export async function doctor(
  options: { python?: string; runsDir?: string },
  output: Output,
): Promise<number> {
  const detection = await queryCards();
  const root = runsRoot(options.runsDir);
  const checks: Check[] = [
    { subject: 'Node', look: async () => [ok(process.versions.node)] },
    { subject: 'Cards', look: async () => examineCards(detection) },
    { subject: 'Host', look: examineHost },
    { subject: 'Python', look: () => examinePython(options.python, detection.cards) },
    { subject: 'Runs', look: () => examineRunsFolder(root) },
    { subject: 'Hub', look: examineHub },
  ];
  const findings = (await Promise.all(checks.map(carryOut))).flat();
  const failed = findings.some(({ state }) => state === 'failure');
  output.emit({ ok: !failed, findings, cards: detection.cards });
  if (!output.json) output.say(formatFindings(findings, output.paint));
  return failed ? exitCodes.environment : exitCodes.done;
}

/** What a check cannot put up with becomes a finding: one broken thing must not hide the others. */
async function carryOut({ subject, look }: Check): Promise<Finding[]> {
  try {
    return (await look()).map((finding) => ({ subject, ...finding }));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ subject, state: 'failure', found: error.message, fix: error.fix }];
  }
}

function examineCards({ cards, driverVersion, reason, notes }: Detection): Omit<Finding, 'subject'>[] {
  if (cards.length === 0) {
    return [
      warning(
        reason === null ? 'none' : noCards(reason),
        'Without one, training runs on the CPU; `plan --gpus 2xP40` works all the same.',
      ),
    ];
  }
  return [
    ok(`driver ${driverVersion ?? 'unknown'}`),
    ...cards.map(examineCard),
    ...notes.map((note) => warning(note, 'Update the driver if you can.')),
  ];
}

function examineCard({ index, kind, totalBytes, freeBytes, migEnabled, processes }: Card) {
  const card = `${index} ${kind.name}, compute capability ${kind.computeCapability}`;
  const memory = `${formatBytes(freeBytes)} of ${formatBytes(totalBytes)} free`;
  if (migEnabled) {
    return warning(
      `${card}: MIG is on`,
      'A model cannot be sharded over MIG slices: `sudo nvidia-smi -mig 0`.',
    );
  }
  if (processes.length > 0) {
    const users = processes.map(({ pid, name }) => `${name} (${pid})`).join(', ');
    return warning(`${card}: ${memory}; in use by ${users}`, 'End them, or leave the card out with --gpus.');
  }
  return ok(`${card}: ${memory}`);
}

async function examineHost() {
  const { cpu, cores, ramTotalBytes, ramAvailableBytes, swapTotalBytes } = await detectHost();
  const memory = `${formatBytes(ramAvailableBytes)} of ${formatBytes(ramTotalBytes)} RAM available`;
  return [ok(`${cpu}, ${cores} cores`), ok(`${memory}, ${formatBytes(swapTotalBytes)} swap`)];
}

async function examinePython(python: string | undefined, cards: Card[]) {
  if (python !== undefined) {
    const { torch } = await ensureEnvironment({ cards, python, onProgress: () => {} });
    return [ok(`${python} with torch ${torch}`)];
  }
  const environment = findEnvironment(cards);
  if (environment) return [ok(`${environment.python} with torch ${environment.torch}`)];
  const base = await findPython({ needsVenv: true });
  if (!base?.canVenv) throw pythonNeeded(base);
  return [ok(`${base.path} (${base.version}); the private environment is set up on first use`)];
}

async function examineRunsFolder(root: string) {
  const free = await freeDiskBytes(root);
  await checkWritable(root);
  return [ok(`${root}, ${formatBytes(free)} free`)];
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
      warning(`${url} cannot be reached`, 'Use models in local folders, or name a mirror in HF_ENDPOINT.'),
    ];
  }
}
