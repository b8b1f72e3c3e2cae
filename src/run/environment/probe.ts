import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { exitCodes, UserError } from '../../errors.ts';
import type { Card } from '../../hardware/card.ts';
import { packageRoot } from '../../package-root.ts';
import type { EnvironmentFault } from '../../words/en/environments.ts';
import { runTrainer } from '../trainer.ts';
import { formatRequirement, parseSupported, type Requirement, satisfies } from './versions.ts';

/** Beside these, each package's version by its name. */
const probeSchema = z.looseObject({
  python: z.string(),
  torch: z.string().nullable(),
  /** CUDA version of torch's build; null for a CPU build, and when it was not asked for. */
  cuda: z.string().nullable(),
  /** `sm_75`, `compute_120`, ...; null when it was not asked for. */
  archList: z.array(z.string()).nullable(),
  /** Why torch cannot be imported. */
  broken: z.string().nullable(),
});

/** What a Python environment holds: versions by package name, null where one is missing. */
export type Probe = z.infer<typeof probeSchema>;

/**
 * Asks a Python what it holds.
 *
 * @param deep import torch as well, which takes seconds, for `cuda`, `archList` and `broken`
 * @throws UserError `python-missing`, `python-unsuitable` (exit 4)
 */
export async function probePython(
  python: string,
  { deep, signal }: { deep: boolean; signal?: AbortSignal | undefined },
): Promise<Probe> {
  try {
    const args = ['probe', ...(deep ? ['--deep'] : [])];
    return probeSchema.parse(JSON.parse(await runTrainer(python, args, { ...(signal && { signal }) })));
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof UserError && error.code === 'python-missing') throw error;
    // Python 2, or no Python at all, fails before our own code can say why.
    throw new UserError(
      'python-unsuitable/no-python',
      { python, reason: (error as Error).message },
      exitCodes.environment,
    );
  }
}

/** Versions that the trainer supports, from its pyproject.toml. */
export function supportedVersions(): Requirement[] {
  return parseSupported(readFileSync(join(packageRoot(), 'python/pyproject.toml'), 'utf8'));
}

/** All that keeps an environment from training on these cards; empty when it serves. Pure. */
export function findFaults(
  probe: Probe,
  supported: Requirement[],
  cards: readonly Card[],
): EnvironmentFault[] {
  const faults = supported.flatMap((requirement): EnvironmentFault[] => {
    const found = probe[requirement.name];
    const needs = formatRequirement(requirement);
    if (typeof found !== 'string') return [{ lacks: requirement.name, needs }];
    return satisfies(found, requirement) ? [] : [{ has: requirement.name, version: found, needs }];
  });
  if (probe.torch && probe.broken) return [...faults, { broken: probe.broken }];
  return [...faults, ...findCardFaults(probe, cards)];
}

function findCardFaults({ torch, cuda, archList }: Probe, cards: readonly Card[]): EnvironmentFault[] {
  if (torch === null || archList === null || cards.length === 0) return [];
  if (cuda === null) return [{ withoutCuda: torch }];
  const kinds = new Map(cards.map(({ kind }) => [kind.name, kind]));
  return [...kinds.values()]
    .filter(({ computeCapability }) => !archList.some((arch) => runsOn(arch, computeCapability)))
    .map(({ name }) => ({ torch, withoutKernelsFor: name, archList }));
}

/** Binary code runs on its own major version from its minor on; PTX (`compute_`) on all that is newer. */
function runsOn(arch: string, computeCapability: string): boolean {
  const [, kind, major, minor] = /^(sm|compute)_(\d+)(\d)/.exec(arch) ?? [];
  const [cardMajor = 0, cardMinor = 0] = computeCapability.split('.').map(Number);
  const [archMajor, archMinor] = [Number(major), Number(minor)];
  if (archMajor === cardMajor) return archMinor <= cardMinor;
  return kind === 'compute' && archMajor < cardMajor;
}
