import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { devPython, Home } from './harness.ts';

const root = path.resolve(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** The Node that people have beside ours, and whether the program must refuse it. */
const hostNode = execFileSync('which', ['-a', 'node'], { encoding: 'utf8' })
  .split('\n')
  .find((file) => file !== '' && !file.includes('node_modules'));
const hostVersion = hostNode ? execFileSync(hostNode, ['--version'], { encoding: 'utf8' }).trim() : '';
const [major = 0, minor = 0] = hostVersion.slice(1).split('.').map(Number);
const hostIsOld = hostNode !== undefined && (major < 22 || (major === 22 && minor < 12));

describe('the package', () => {
  const home = new Home();
  const project = path.join(home.folder, 'project');
  const installed = path.join(project, 'node_modules/ft-wizard');
  let files: string[];

  beforeAll(async () => {
    mkdirSync(project);
    writeFileSync(path.join(project, 'package.json'), '{"private":true}');
    // dist/ is fresh already (harness-setup.ts); a second build would replace it under the tests beside this one.
    const pack = await execa('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', project], {
      cwd: root,
    });
    const [tarball] = JSON.parse(pack.stdout);
    files = tarball.files.map((file: { path: string }) => file.path);
    await execa('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${tarball.filename}`], {
      cwd: project,
      env: home.env,
    });
  });
  afterAll(() => home[Symbol.asyncDispose]());

  test('holds the program, the trainer and the presets, and nothing of the workshop', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'CHANGELOG.md',
        'dist/cli.mjs',
        'dist/supervisor.mjs',
        'presets/demo.json',
        'python/requirements.txt',
        'python/ft_trainer/__main__.py',
        'python/ft_trainer/schema/plan.json',
      ]),
    );
    expect(
      files.filter((file) => /(^|\/)(tests?|\.[a-z]+|__pycache__|src|node_modules)\//.test(file)),
    ).toEqual([]);
  });

  test('needs no other package', () => {
    const lock = JSON.parse(readFileSync(path.join(project, 'package-lock.json'), 'utf8'));
    expect(Object.keys(lock.packages)).toEqual(['', 'node_modules/ft-wizard']);
  });

  test('runs from any folder', async () => {
    const { stdout } = await execa(path.join(project, 'node_modules/.bin/ft-wizard'), ['--version'], {
      cwd: home.folder,
      env: home.env,
    });
    expect(stdout).toBe(version);
  });

  test('trains from any folder', async () => {
    const args = ['--preset', 'demo', '--set', 'maxSteps=2', '--set', 'prompts=[]', '--python', devPython];
    await execa(path.join(project, 'node_modules/.bin/ft-wizard'), args, { cwd: tmpdir(), env: home.env });
    const results = globSync('data/ft-wizard/runs/*/output/adapter_model.safetensors', { cwd: home.folder });
    expect(results).toHaveLength(1);
  });

  test.runIf(hostIsOld)(`under Node ${hostVersion} it says what it needs and stops`, async () => {
    const outcome = await execa(hostNode!, [path.join(installed, 'dist/cli.mjs'), 'plan'], { reject: false });
    expect(outcome.exitCode).toBe(4);
    expect(outcome.stderr).toContain('22.12');
    expect(outcome.stderr).toContain(hostVersion.slice(1));
  });
});
