// Makes .setup/python, the development environment: what the trainer needs, and pytest, ruff and mypy.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
const folder = path.join(root, '.setup/python');
const python = path.join(folder, 'bin/python');

function run(program: string, ...args: string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    console.error(error?.message ?? `"${[program, ...args].join(' ')}" exited with code ${status}`);
    process.exit(1);
  }
}

run('python3', '-m', 'venv', folder);
run(
  python,
  '-m',
  'pip',
  'install',
  '--quiet',
  'torch==2.13.0',
  '-r',
  path.join(root, 'python/requirements.txt'),
  '-r',
  path.join(root, '.dev/requirements.txt'),
);
