// Makes .setup/python, in which the tests run: it sees all that the product's own environment holds (made as users get it, with
// their pip settings, and shared with `npm run demo`) and adds pytest, ruff and mypy. Tests train on the CPU, so it is
// the CPU environment on every machine.
import { existsSync, globSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { UserError } from '../src/errors.ts';
import { ensureEnvironment } from '../src/run/environment/environment.ts';
import { setup } from '../src/words/en/environments.ts';

const folder = path.resolve(import.meta.dirname, '../.setup/python');
const requirements = path.join(import.meta.dirname, 'requirements.txt');

/** One line a package, without what pip says beneath it. */
function report(line: string): void {
  if (!/^(\s|Requirement already)/.test(line)) console.error(line);
}

function run(program: string, ...args: string[]) {
  return execa(program, args, { stdio: ['ignore', process.stderr, process.stderr] });
}

try {
  const { python } = await ensureEnvironment({ cards: [], onProgress: (news) => report(setup(news)) });
  const environment = path.resolve(python, '../..');
  rmSync(folder, { recursive: true, force: true });
  // Where uv made the environment there may be no pip.
  if (existsSync(path.join(environment, 'bin/pip'))) {
    await run(python, '-I', '-m', 'venv', folder);
    addPackagesOf(environment);
    await run(path.join(folder, 'bin/python'), '-I', '-m', 'pip', 'install', '--quiet', '-r', requirements);
  } else {
    await run('uv', 'venv', '--quiet', '--python', python, folder);
    addPackagesOf(environment);
    await run('uv', 'pip', 'install', '--quiet', '--python', folder, '-r', requirements);
  }
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`${error.message}\n${error.fix}`);
  process.exitCode = 1;
}

/** Packages are seen through a path file; the link is what tells setup.mjs that they are still there. */
function addPackagesOf(environment: string): void {
  const [packages = ''] = globSync('lib/python3*/site-packages', { cwd: environment });
  writeFileSync(path.join(folder, packages, 'environment.pth'), `${path.join(environment, packages)}\n`);
  symlinkSync(environment, path.join(folder, 'environment'));
}
