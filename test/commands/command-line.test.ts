import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { Person } from './cli.ts';

const person = new Person();

test('--version', async () => {
  expect(await person.run('--version')).toEqual({ stdout: manifest.version, stderr: '', exitCode: 0 });
});

test('--help shows the commands, and none that is not real yet', async () => {
  const { stdout, exitCode } = await person.run('--help');
  expect(exitCode).toBe(0);
  const commands = stdout.slice(stdout.indexOf('Commands:')).match(/^ {2}(\w+)(?= )/gm);
  const names = commands?.map((name) => name.trim());
  expect(names?.filter((name) => name !== 'ft')).toEqual([
    'plan',
    'bench',
    'runs',
    'attach',
    'stop',
    'resume',
    'chat',
    'presets',
    'doctor',
  ]);
});

test('without arguments: the help on stderr, exit 2', async () => {
  const { stdout, stderr, exitCode } = await person.run();
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
  expect(stderr).toMatch(/^Usage: ft-wizard/);
});

test.each([
  [['pln'], 'There is no command "pln".', 'Did you mean `ft-wizard plan`?'],
  [['zebra'], 'There is no command "zebra".', 'See `ft-wizard --help`.'],
  [['--presett', 'demo'], "unknown option '--presett'.", 'Did you mean --preset?'],
  [['plan', '--model'], "option '--model <model>' argument missing.", 'See `ft-wizard --help`.'],
  [['--preset', 'demo', '--device', 'tpu'], /argument 'tpu' is invalid/, /See/],
  [['presets', 'sho'], "unknown command 'sho'.", 'Did you mean show?'],
  [['--preset', 'dmo'], 'There is no preset "dmo".', /Did you mean demo\?/],
  [['--dataset', 'demo'], 'the recipe: model is missing.', /--model/],
  [
    ['--preset', 'demo', '--set', 'lora.rnk=2'],
    '--set: "lora.rnk" is not a setting.',
    'Did you mean lora.rank?',
  ],
  [['--model', 'demo'], 'There is nothing to train on: no dataset is named.', /--dataset/],
  [['--model', 'llama2-7b', '--dataset', 'demo'], /llama2-7b is a shape for planning/, /folder/],
  [['--model', './none', '--dataset', 'demo'], /there is no folder/, /./],
  [['--preset', 'demo', '--dataset', 'none.jsonl'], /there is no dataset file/, /./],
  [['--preset', 'demo', '--gpus', '2xP40'], /describes cards/, /--dry-run/],
  [['--preset', 'demo', '--set', 'split=3,3'], /split 3,3 adds up to 6 layers/, /split=auto/],
  [['--preset', 'demo', '--set', 'output=/'], /output: \/ exists already/, /does not exist yet/],
  [['plan', '--preset', 'demo', '--gpus', '2xP41'], /"P41" in "2xP41"/, /p40/],
  [['--lang', 'zh', 'attach', 'none'], /There is no run "none"/, /ft-wizard runs/],
  [['--model', 'demo', 'runs'], "unknown option '--model' for 'runs'.", 'See `ft-wizard --help`.'],
  [['attach', 'none'], /There is no run "none"/, /ft-wizard runs/],
])('%j is refused: what, and what to do, exit 2', async (args, message, fix) => {
  const { stdout, stderr, exitCode } = await person.run(...args);
  const [first = '', second = ''] = stderr.split('\n').slice(-2);
  expect(exitCode).toBe(2);
  expect(stdout.split('\n').filter((line) => !line.startsWith('nvidia-smi'))).toEqual(
    stdout === '' ? [''] : [],
  );
  expect(first).toMatch(/^Error: /);
  expect(first.slice('Error: '.length)).toMatch(message);
  expect(second).toMatch(/^Fix: {3}/);
  expect(second.slice('Fix:   '.length)).toMatch(fix);
});

test.each([
  [['--preset', 'demo', '--device', 'cuda'], 'no-cards'],
  [['--preset', 'demo', '--gpus', '0'], 'card-gone'],
])('%j is refused with exit 3', async (args, code) => {
  const { stdout, exitCode } = await person.run(...args, '--json');
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ type: 'error', code });
});

test('a Python that is missing ends it with exit 4, and no run is left behind', async () => {
  const { stdout, exitCode } = await person.run(
    '--preset',
    'demo',
    '--json',
    '--python',
    '/none/python',
    '--runs-dir',
    'runs',
  );
  expect(exitCode).toBe(4);
  expect(JSON.parse(stdout)).toMatchObject({ type: 'error', code: 'python-missing' });
  expect(readdirSync(person.folder)).not.toContain('runs');
});

test('with --json an error is one object on stdout, also for a flag that does not exist', async () => {
  const { stdout, stderr, exitCode } = await person.run('plan', '--json', '--zebra');
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 2 });
  expect(JSON.parse(stdout)).toEqual({
    type: 'error',
    code: 'usage',
    message: "unknown option '--zebra'",
    fix: 'See `ft-wizard --help`.',
  });
});
