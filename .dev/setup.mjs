// Prepares what a script needs, then runs it:  node .dev/setup.mjs STEP... [-- COMMAND [ARG]...]
//
//   install  npm ci, Node 24 included        when package-lock.json changed
//   build    dist/ (installs first)          when the sources changed
//   python   .setup/python (installs first)  when the pinned requirements changed, or it has gone
//
// It runs on the host's own Node (20 or newer) and imports no package, since it is what brings them.
// When nothing changed it only hashes the inputs, which takes a few milliseconds.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const inRoot = (...parts) => path.join(root, ...parts);
const env = { ...process.env, PATH: `${inRoot('node_modules/.bin')}${path.delimiter}${process.env.PATH}` };

/** What each step reads, what it makes, and how. */
const steps = {
  install: {
    title: 'Installing packages',
    inputs: ['package-lock.json'],
    output: 'node_modules/.bin/node',
    command: ['npm', 'ci', '--loglevel=error'],
    needs: [],
  },
  build: {
    title: 'Building dist/',
    inputs: [
      'src',
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'tsdown.config.ts',
      '.dev/fast-ink.ts',
    ],
    output: 'dist/cli.mjs',
    command: ['tsdown', '--logLevel', 'warn'],
    needs: ['install'],
  },
  python: {
    title: 'Setting up Python in .setup/python (minutes, the first time)',
    inputs: [
      '.dev/python.ts',
      '.dev/requirements.txt',
      'python/requirements.txt',
      'src/hardware/torch-build.ts',
    ],
    output: '.setup/python/environment/bin/python',
    command: ['node', inRoot('.dev/python.ts')],
    needs: ['install'],
  },
};

class SetupError extends Error {}

/** Hash of the contents of files and folders, by their paths. */
function contentHash(inputs) {
  const hash = createHash('sha256');
  const add = (file) => {
    if (statSync(file).isDirectory()) {
      for (const name of readdirSync(file).sort()) add(path.join(file, name));
    } else {
      hash.update(`${path.relative(root, file)}\0`).update(readFileSync(file));
    }
  };
  for (const input of inputs) add(inRoot(input));
  return hash.digest('hex');
}

function prepare(name) {
  const step = steps[name];
  if (!step)
    throw new SetupError(`There is no step "${name}"; the steps are ${Object.keys(steps).join(', ')}.`);
  step.needs.forEach(prepare);
  const stamp = inRoot('.setup', `${name}.hash`);
  const hash = contentHash(step.inputs);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash && existsSync(inRoot(step.output))) return;

  const started = Date.now();
  console.error(`${step.title} ...`);
  // Gone until the step has succeeded: an interrupted one is done again.
  rmSync(stamp, { force: true });
  const [command, ...args] = step.command;
  // Output goes to stderr: stdout belongs to the command that follows (`npm pack --json`, `npm start -- plan --json`).
  const { status, signal, error } = spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    const how = error ? error.message : signal ? `was ended by ${signal}` : `exited with code ${status}`;
    throw new SetupError(`${step.title}: "${step.command.join(' ')}" ${how}; its output is above.`);
  }
  if (!existsSync(inRoot(step.output))) {
    throw new SetupError(
      `${step.title}: ${step.output} is still missing. Are install scripts turned off (npm config get ignore-scripts)?`,
    );
  }
  mkdirSync(inRoot('.setup'), { recursive: true });
  writeFileSync(stamp, hash);
  console.error(`${step.title}: done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** Runs the command in the foreground and ends as it ends. */
function run([command, ...args]) {
  const child = spawn(command, args, { env, stdio: 'inherit' });
  // Ctrl-C reaches the child from the terminal, once; npm sends us a second one that must go no further.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}

const separator = process.argv.indexOf('--');
const names = process.argv.slice(2, separator < 0 ? undefined : separator);
const command = separator < 0 ? [] : process.argv.slice(separator + 1);
try {
  names.forEach(prepare);
  if (command.length > 0) run(command);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
