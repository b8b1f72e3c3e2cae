import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Person } from './cli.ts';

test('nothing there: says what is missing and what to do, and that nothing can train', async () => {
  const { stdout, exitCode } = await new Person().run('doctor');
  expect(exitCode).toBe(4);
  expect(stdout).toMatch(/^Node {4}ok/);
  expect(stdout).toMatch(/^Cards {3}note {2}nvidia-smi was not found/m);
  expect(stdout).toMatch(/^Python {2}FAIL {2}No Python 3/m);
  expect(stdout).toContain('Hub     ok    offline by HF_HUB_OFFLINE');
});

test('a runs folder that cannot be made is a failure', async () => {
  const person = new Person();
  writeFileSync(join(person.folder, 'file'), '');
  const { stdout, exitCode } = await person.run('doctor', '--json', '--runs-dir', 'file/runs');
  expect(exitCode).toBe(4);
  const { findings } = JSON.parse(stdout);
  expect(findings).toContainEqual(
    expect.objectContaining({
      subject: 'Runs',
      state: 'failure',
      fix: expect.stringContaining('--runs-dir'),
    }),
  );
});

test('cards in use are pointed out, and what PyTorch they are served by', async () => {
  const { stdout } = await new Person('3090-and-p40').run('doctor');
  expect(stdout).toMatch(/ok {4}0 Tesla P40, compute capability 6\.1: 23\.9 GiB of 24\.0 GiB free/);
  expect(stdout).toMatch(
    /note {2}Memory is in use: 6\.3 GiB of card 1 \(NVIDIA GeForce RTX 3090\) by .*\n.*choose other cards with --gpus/,
  );
  expect(stdout).toContain('together they train in fp16: bf16 needs compute capability 8.0');
});

test('a driver that is too old for every card is a failure, with its code for scripts', async () => {
  const { stdout, exitCode } = await new Person('p40x2-driver-470').run('doctor', '--json');
  expect(exitCode).toBe(4);
  const { ok, findings } = JSON.parse(stdout);
  expect(ok).toBe(false);
  expect(findings).toContainEqual({
    subject: 'Cards',
    state: 'failure',
    code: 'driver-too-old',
    found: 'The NVIDIA driver is 470.256.02; the PyTorch for these cards needs 525 or newer.',
    fix: expect.stringContaining('525'),
  });
});
