import { exitCodes, UserError } from '../errors.ts';
import type { Card } from './card.ts';

/** One official wheel build of torch. */
export interface TorchBuild {
  /** As PyTorch names it: `cu130`, `cpu`. */
  id: string;
  /** What to ask an installer for, e.g. `torch==2.13.0+cu126`. */
  requirement: string;
  /** The index that holds it; null where it is what PyPI and its mirrors hold. */
  index: string | null;
}

interface CudaBuild extends TorchBuild {
  /** Compute capabilities its kernels serve, both ends included. */
  serves: readonly [lowest: number, highest: number];
  /** Oldest major version of the NVIDIA driver. */
  driver: number;
}

const indexes = 'https://download.pytorch.org/whl';

export const cpuBuild: TorchBuild = {
  id: 'cpu',
  requirement: 'torch==2.13.0',
  index: `${indexes}/cpu`,
};

/**
 * In order of preference. Capabilities: PyTorch's RELEASE.md, "CUDA Support Matrix", for 2.11 to 2.14; cu128 ended with 2.11 and cu129
 * with 2.9, so below driver 580 Blackwell is served by the older torch alone. Drivers: CUDA 12 runs on 525 and later, CUDA 13 on 580 and
 * later (CUDA compatibility guide, minor version compatibility); Blackwell needs 570 for its own sake.
 */
export const cudaBuilds: readonly CudaBuild[] = [
  {
    id: 'cu130',
    requirement: 'torch==2.13.0',
    index: null,
    serves: [7.5, 12.1],
    driver: 580,
  },
  {
    id: 'cu126',
    requirement: 'torch==2.13.0+cu126',
    index: `${indexes}/cu126`,
    serves: [5.0, 9.0],
    driver: 525,
  },
  {
    id: 'cu128',
    requirement: 'torch==2.11.0+cu128',
    index: `${indexes}/cu128`,
    serves: [7.5, 12.1],
    driver: 570,
  },
];

/** Cards that no official build serves under their driver, and why. */
export type Unserved =
  /** The driver must be at least `needed` for the builds that have kernels for all. */
  | { reason: 'driver'; version: string; needed: number }
  /** No build has kernels for this kind of card. */
  | { reason: 'kind'; name: string }
  /** Each is served, but not by the same build. @property together indices of cards that one build serves, the most first */
  | { reason: 'mixture'; kinds: { name: string; capability: string }[]; together: number[][] };

/** The build that serves all of these cards under their driver, or why there is none; the CPU build for no card. */
export function findTorchBuild(cards: readonly Card[]): TorchBuild | Unserved {
  if (cards.length === 0) return cpuBuild;
  const able = cudaBuilds.filter((build) => cards.every((card) => servesCard(build, card)));
  if (able.length === 0) return explainUnserved(cards);
  const driver = oldestDriver(cards);
  const chosen = able.find((build) => runsUnder(build, driver));
  if (chosen) return chosen;
  return {
    reason: 'driver',
    version: driver?.version ?? '?',
    needed: Math.min(...able.map((build) => build.driver)),
  };
}

/**
 * As `findTorchBuild`.
 *
 * @throws UserError `no-torch-build` or `driver-too-old` (exit 4)
 */
export function chooseTorchBuild(cards: readonly Card[]): TorchBuild {
  const found = findTorchBuild(cards);
  if (!('reason' in found)) return found;
  if (found.reason === 'driver') throw new UserError('driver-too-old', found, exitCodes.environment);
  if (found.reason === 'kind') throw new UserError('no-torch-build/for-one', found, exitCodes.environment);
  throw new UserError('no-torch-build', found, exitCodes.environment);
}

function servesCard({ serves: [lowest, highest] }: CudaBuild, { kind }: Card): boolean {
  const capability = Number(kind.computeCapability);
  return capability >= lowest && capability <= highest;
}

interface Driver {
  version: string;
  major: number;
}

/** A driver that nobody can tell is taken to be new enough. */
function runsUnder(build: CudaBuild, driver: Driver | null): boolean {
  return driver === null || driver.major >= build.driver;
}

/** Null where no card tells its driver. */
function oldestDriver(cards: readonly Card[]): Driver | null {
  const versions = cards.flatMap(({ driverVersion }) => driverVersion ?? []);
  const drivers = versions.map((version) => ({ version, major: Number.parseInt(version, 10) }));
  return drivers.sort((a, b) => a.major - b.major)[0] ?? null;
}

function explainUnserved(cards: readonly Card[]): Unserved {
  const oneAlone = cards.find((card) => !cudaBuilds.some((build) => servesCard(build, card)));
  if (oneAlone) return { reason: 'kind', name: oneAlone.kind.name };
  const names = new Map(cards.map(({ kind }) => [kind.name, kind.computeCapability.replace('.', '')]));
  const driver = oldestDriver(cards);
  const sets = cudaBuilds
    .filter((build) => runsUnder(build, driver))
    .map((build) => cards.filter((card) => servesCard(build, card)).map(({ index }) => index))
    .toSorted((a, b) => b.length - a.length);
  const isPart = (set: number[], of: number[]) => set.every((index) => of.includes(index));
  return {
    reason: 'mixture',
    kinds: [...names].map(([name, capability]) => ({ name, capability })),
    together: sets.filter((set, place) => !sets.slice(0, place).some((larger) => isPart(set, larger))),
  };
}
