import { formatBytes } from '../../units.ts';
import type { Said } from '../said.ts';
import { listed } from './phrases.ts';

/** What keeps a Python environment from training. */
export type EnvironmentFault =
  | { lacks: string; needs: string }
  | { has: string; version: string; needs: string }
  | { broken: string }
  | { withoutCuda: string }
  | { torch: string; withoutKernelsFor: string; archList: string[] };

/** Cards that no one build of PyTorch serves. */
export interface TorchMixture {
  kinds: { name: string; capability: string }[];
  /** Indices of cards that one build serves. */
  together: number[][];
}

/** What an installer had to say. */
export interface InstallerFailure {
  step: SetupStep;
  /** Its last lines. */
  said: string[];
  /** Where all of it is. */
  log: string;
}

/** A step of setting up an environment. */
export type SetupStep = 'create' | 'others' | { torch: string; build: string };

/** How the setting up of an environment goes on. */
export type SetupNews =
  | { step: SetupStep }
  /** What the installer prints. */
  | { output: string }
  /** @property waitingFor pid of another one that does the same */
  | { waitingFor: number }
  | { silentIndex: string; tool: string }
  /** @property ready its folder */
  | { ready: string };

export function setup(news: SetupNews): string {
  if ('step' in news) return stepTitle(news.step);
  if ('output' in news) return news.output;
  if ('waitingFor' in news) {
    return `Another ft-wizard (process ${news.waitingFor}) is setting up this environment; waiting for it.`;
  }
  if ('ready' in news) return `The Python environment is ready: ${news.ready}`;
  return `PyTorch's index ${news.silentIndex} does not answer; trying what ${news.tool} is configured to reach.`;
}

function stepTitle(step: SetupStep): string {
  if (step === 'create') return 'Creating the environment';
  return step === 'others' ? 'Installing the other packages' : `Installing ${step.torch} (${step.build})`;
}

const installing =
  (what: string, fix: string) =>
  ({ step, said, log }: InstallerFailure): Said => ({
    message: `The Python environment could not be set up (${stepTitle(step)}): ${what}.${said.map((line) => `\n  ${line}`).join('')}`,
    fix: `${fix} The installer's output is in ${log}.`,
  });

const installPython =
  'for instance with `sudo apt install python3-venv` or `sudo dnf install python3`, or install uv, or use --python.';

/** Why there is no Python to train with. */
export const environments = {
  'python-missing': ({ from, to, tried }: { from: string; to: string; tried: string[] }): Said => ({
    message: `No Python ${from} to ${to} was found on PATH (tried ${tried.join(', ')}).`,
    fix: `Install one, ${installPython}`,
  }),
  'python-missing/given': ({
    python,
    reason,
  }: {
    python: string;
    reason: 'absent' | 'forbidden' | { said: string };
  }): Said => ({
    message: `Python cannot be started as ${python}: ${reason === 'absent' ? 'there is no such program' : reason === 'forbidden' ? 'it may not be run' : reason.said}.`,
    fix: 'Give another one with --python, or leave it out to have one set up.',
  }),
  'python-without-venv': ({ python, version }: { python: string; version: string }): Said => ({
    message: `${python} (Python ${version}) lacks its venv module, which many systems pack separately.`,
    fix: `Install it, ${installPython}`,
  }),
  'python-unsuitable': ({ python, faults }: { python: string; faults: EnvironmentFault[] }): Said => ({
    message: `${python} cannot run the trainer:\n${faults.map((fault) => `  ${environmentFault(fault)}`).join('\n')}`,
    fix: 'Install what is missing there, or leave --python out to have a private environment set up.',
  }),
  'python-unsuitable/no-python': ({ python, reason }: { python: string; reason: string }): Said => ({
    message: `${python} is no Python that can run the trainer: ${reason}`,
    fix: 'Give the path of a Python 3.10 or newer with --python, or leave it out to have one set up.',
  }),
  'driver-too-old': ({ version, needed }: { version: string; needed: number }): Said => ({
    message: `The NVIDIA driver is ${version}; the PyTorch for these cards needs ${needed} or newer.`,
    fix: `Update the driver to ${needed} or newer, or give a Python of your own with --python.`,
  }),
  'no-torch-build': ({ kinds, together }: TorchMixture): Said => ({
    message: `No official PyTorch serves all of these cards at once: ${kinds.map(({ name, capability }) => `${name} (sm_${capability})`).join(', ')}.`,
    fix: `Choose cards that one serves (${listed(
      together.map((indices) => `--gpus ${indices.join(',')}`),
      'or',
    )}), or give a Python with a PyTorch built for all with --python.`,
  }),
  'no-torch-build/for-one': ({ name }: { name: string }): Said => ({
    message: `No official PyTorch of version 2.11 or newer serves ${name}.`,
    fix: 'Leave it out with --gpus, or give a Python with a PyTorch built for it with --python.',
  }),
  'environment-no-space': (space: { needed: number; free: number; folder: string; torch: string }): Said => ({
    message: `The Python environment needs about ${formatBytes(space.needed)} for ${space.torch} and the rest; ${space.folder} has ${formatBytes(space.free)} free.`,
    fix: 'Free some space, or point XDG_DATA_HOME to another disk.',
  }),
  'environment-unsuitable': (unfit: {
    faults: EnvironmentFault[];
    torch: string;
    build: string;
    /** null for PyPI. */
    index: string | null;
    log: string;
  }): Said => ({
    message: `The Python environment does not serve these cards: ${unfit.faults.map(environmentFault).join('; ')}. Needed: ${unfit.torch} (${unfit.build}) from ${unfit.index ?? 'PyPI or a mirror of it'}.`,
    fix: `See \`pip config list\` for what leads pip elsewhere, or give a Python of your own with --python. The log is ${unfit.log}.`,
  }),
  'environment-failed': installing(
    'the installer failed',
    'Try again, or give a Python of your own with --python.',
  ),
  'environment-no-space/installing': installing(
    'the disk is full',
    'Free some space, or point XDG_DATA_HOME (and TMPDIR, where wheels are unpacked) to another disk.',
  ),
  'environment-unreachable': installing(
    'a package index could not be reached',
    'Check the network, or set a mirror that you can reach (`pip config set global.index-url URL`), and try again.',
  ),
  'environment-unresolvable': installing(
    'the package indexes do not hold a version that is needed',
    'Check which index is used (`pip config list`): a mirror may be out of date. Or give a Python of your own with --python.',
  ),
  'environment-unwritable': installing(
    'the folder may not be written',
    'Point XDG_DATA_HOME to a folder of your own.',
  ),
};

export function environmentFault(fault: EnvironmentFault): string {
  if ('lacks' in fault) return `${fault.lacks} is missing (${fault.needs})`;
  if ('has' in fault) return `${fault.has} is ${fault.version} (${fault.needs})`;
  if ('broken' in fault) return `torch cannot be imported: ${fault.broken}`;
  if ('withoutCuda' in fault) return `torch ${fault.withoutCuda} is built without CUDA`;
  return `torch ${fault.torch} has no kernels for ${fault.withoutKernelsFor} (it has ${fault.archList.join(' ')})`;
}
