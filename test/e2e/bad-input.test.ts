import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { Home, program, runProgram, type StartOptions } from './harness.ts';
import { ofType, onlyRun, readEvents, runsFolder, tinyDataset, tinyModel, training } from './runs.ts';

const home = new Home();
afterAll(() => home[Symbol.asyncDispose]());
const inHome = (name: string) => path.join(home.folder, name);

/** A copy of the tiny model, spoilt. @returns its folder */
function spoiltModel(name: string, spoil: (folder: string) => void): string {
  cpSync(tinyModel, inHome(name), { recursive: true });
  spoil(inHome(name));
  return inHome(name);
}

function written(name: string, text: string): string {
  writeFileSync(inHome(name), text);
  return inHome(name);
}

/** Runs what is bound to be refused, and looks that it says what to do about it and leaves nothing behind. */
async function refusal(args: string[], options: StartOptions = {}) {
  const { stdout, exitCode } = await runProgram(home, [...args, '--json'], options);
  expect(existsSync(runsFolder(home))).toBe(false);
  const { type, code, message, fix } = JSON.parse(stdout);
  expect({ type, fix }).toEqual({ type: 'error', fix: expect.stringMatching(/./) });
  return { exitCode, code, message };
}

describe('before anything is started', () => {
  test('no model there', async () => {
    const folder = inHome('nowhere');
    expect(await refusal(training({}, { model: folder }))).toEqual({
      exitCode: 2,
      code: 'model-not-found',
      message: `there is no folder ${folder}`,
    });
    // People are told the same.
    const { stderr } = await runProgram(home, training({}, { model: folder }));
    expect(stderr).toMatch(
      /^Error: there is no folder .*\/nowhere\.\nFix: {3}Correct the path, or name a hub id/,
    );
  });

  test('safetensors cut short', async () => {
    const folder = spoiltModel('cut', (model) => truncateSync(path.join(model, 'model.safetensors'), 3e6));
    const { exitCode, message } = await refusal(training({}, { model: folder }));
    expect(exitCode).toBe(2);
    expect(message).toMatch(`${folder}/model.safetensors is cut short: it has 3000000 of at least`);
  });

  test('an architecture that is not supported', async () => {
    const folder = spoiltModel('gpt2', (model) => {
      const file = path.join(model, 'config.json');
      writeFileSync(file, readFileSync(file, 'utf8').replace('LlamaForCausalLM', 'GPT2LMHeadModel'));
    });
    expect(await refusal(training({}, { model: folder }))).toMatchObject({
      exitCode: 2,
      message: `${folder}/config.json: architecture GPT2LMHeadModel is not supported`,
    });
  });

  test('a line of the dataset that is not JSON', async () => {
    const rows = readFileSync(tinyDataset, 'utf8').split('\n').slice(0, 8);
    const file = written('rows.jsonl', rows.with(4, '{"messages": [broken').join('\n'));
    expect(await refusal(training({}, { dataset: file }))).toEqual({
      exitCode: 2,
      code: 'bad-dataset',
      message: `${file}:5: not JSON: Expecting value.`,
    });
  });

  test('a preset with a key that is no setting', async () => {
    const preset = { name: 'theirs', description: 'A friend made it.', cards: 'none' };
    const file = written('theirs.json', JSON.stringify({ ...preset, recipe: { lora: { rnak: 4 } } }));
    expect(await refusal(['presets', 'import', file])).toMatchObject({
      exitCode: 2,
      message: `${file}: "recipe.lora.rnak" is not a setting`,
    });
    expect((await runProgram(home, ['--preset', 'theirs'])).exitCode).toBe(2);
    expect(await refusal(training({ 'lora.rnak': 4 }))).toMatchObject({ exitCode: 2 });
  });

  test('a split that does not add up', async () => {
    expect(await refusal(training({ split: '2,5' }))).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('split 2,5 adds up to 7 layers'),
    });
  });

  test('a card that is gone', async () => {
    const standIn = path.resolve(import.meta.dirname, '../fixtures/stand-in');
    const env = { PATH: `${standIn}${path.delimiter}${home.env.PATH}`, NVIDIA_SMI_STAND_IN: 'p40x2' };
    const expected = { exitCode: 3, code: 'card-gone', message: 'There is no card "7" in this box.' };
    expect(await refusal([...training(), '--gpus', '7'], { env })).toEqual(expected);
  });

  test('no Python, and one that is not there', async () => {
    const emptyPath = { env: { PATH: inHome('empty') } };
    const demo = ['--preset', 'demo'];
    expect(await refusal(demo, emptyPath)).toMatchObject({ exitCode: 4, code: 'python-missing' });
    const named = await refusal([...demo, '--python', inHome('python')]);
    expect(named).toMatchObject({ exitCode: 4, message: expect.stringContaining(inHome('python')) });
  });
});

/** A shell with a file system of 300 KiB at `disk` in the home, seen by nothing outside it. */
const smallDisk = ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c'];
const mount = 'mount -t tmpfs -o size=300k tmpfs "$0"';
const canMount = spawnSync(smallDisk[0]!, [...smallDisk.slice(1), mount, home.folder]).status === 0;

describe('no disk space', () => {
  // Without user namespaces (some containers) there is no small disk to be had.
  test.runIf(canMount)('is refused before the start', async () => {
    const disk = inHome('disk');
    mkdirSync(disk);
    const [file, ...options] = smallDisk;
    const script = `${mount} && { "$@"; code=$?; ls -A "$0" >&2; exit $code; }`;
    const command = [process.execPath, program, ...training({ maxSteps: 2 }), '--runs-dir', disk, '--json'];
    const { stdout, stderr, exitCode } = await execa(file!, [...options, script, disk, ...command], {
      env: home.env,
      extendEnv: false,
      reject: false,
    });
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'error', code: 'disk-space' });
    expect(stderr).toMatch(/disk must hold about .*, and .* are free there/);
  });

  test('in the middle of a training leaves nothing torn, and resume finishes it', async () => {
    // A limit on the size of a file fails as a full disk does: in the middle of a write. In blocks of 512 bytes.
    const script = 'ulimit -f 1000; exec "$@"';
    const runs = inHome('runs');
    const settings = { maxSteps: 2, 'lora.rank': 32, 'lora.targets': 'all-linear' };
    const command = [process.execPath, program, ...training(settings), '--runs-dir', runs];
    const failed = await execa('sh', ['-c', script, 'sh', ...command], {
      env: home.env,
      extendEnv: false,
      reject: false,
    });
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toMatch(/The run failed\. .* could not be written: .*\. Free some disk space/);
    const run = onlyRun(home, runs);
    expect(ofType(readEvents(run), 'error')[0]).toMatchObject({ code: 'no-space' });
    expect(run.readStatus()).toMatchObject({ phase: 'failed', exitCode: 1 });
    expect(readdirSync(run.checkpointsFolder)).toEqual([]);

    const resumed = await runProgram(home, ['resume', '--runs-dir', runs]);
    expect(resumed).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readdirSync(run.outputFolder)).toContain('adapter_model.safetensors');
  });
});
