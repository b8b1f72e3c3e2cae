import { join } from 'node:path';
import type { TorchBuild } from '../../hardware/torch-build.ts';
import type { SetupStep } from '../../words/en/environments.ts';

/** One command of an installation. */
export interface InstallStep {
  step: SetupStep;
  file: string;
  args: string[];
}

export interface Installation {
  /** uv where the user has it: it is far faster, and can fetch a Python. */
  tool: 'uv' | 'pip';
  /** Folder to be made. */
  folder: string;
  /** Base Python; null lets uv find or fetch one. */
  base: string | null;
  build: TorchBuild;
  /** Whether the build's own index answers; without it only what the user's configuration can reach is left. */
  indexAnswers: boolean;
  /** Path of the pinned requirements. */
  requirements: string;
}

/** The environment's own interpreter. */
export function environmentPython(folder: string): string {
  return join(folder, 'bin/python');
}

/**
 * The commands that make an environment, in order. torch comes first, from its one index alone; everything else comes from
 * wherever the user's pip or uv is configured to look, whose settings are never overridden. Pure.
 */
export function installSteps({
  tool,
  folder,
  base,
  build,
  indexAnswers,
  requirements,
}: Installation): InstallStep[] {
  const python = environmentPython(folder);
  const [make, install]: [InstallStep['args'], (args: string[]) => Pick<InstallStep, 'file' | 'args'>] =
    tool === 'uv'
      ? [
          ['venv', '--python', base ?? '>=3.10,<3.15', folder],
          (args) => ({ file: 'uv', args: ['pip', 'install', '--python', python, ...args] }),
        ]
      : // -I: a PYTHONPATH of the user's would make pip believe that packages are installed already.
        [
          ['-I', '-m', 'venv', folder],
          (args) => ({
            file: python,
            args: ['-I', '-m', 'pip', 'install', '--progress-bar', 'off', ...args],
          }),
        ];
  const index = build.index && indexAnswers ? ['--index-url', build.index] : [];
  return [
    { step: 'create', file: tool === 'uv' ? 'uv' : (base ?? 'python3'), args: make },
    { step: { torch: build.requirement, build: build.id }, ...install([build.requirement, ...index]) },
    { step: 'others', ...install(['-r', requirements]) },
  ];
}

/** Settings that would make pip install somewhere else, or wait for an answer nobody gives. */
export const installerEnvironment = { PIP_USER: '0', PIP_NO_INPUT: '1', PIP_DISABLE_PIP_VERSION_CHECK: '1' };
