import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Home, runProgram, startProgram } from './harness.ts';

const { version } = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8'));

test('without a terminal: output and exit code', async () => {
  await using home = new Home();
  expect(await runProgram(home, ['--version'])).toEqual({ stdout: version, stderr: '', exitCode: 0 });
  expect(await runProgram(home, ['no-such-command'])).toMatchObject({ stdout: '', exitCode: 2 });
});

test('at a terminal: the screen, and what it shows when a wait is in vain', async () => {
  await using home = new Home();
  const terminal = startProgram(home, ['--version'], { cols: 40, rows: 5 });
  await terminal.waitFor(version);
  expect(await terminal.exit).toBe(0);
  expect(terminal.screen()).toBe(version);
  await expect(terminal.waitFor('more')).rejects.toThrow(
    `ended before the screen showed more. It shows:\n${version}`,
  );
});

test('a home is a user of its own, and nothing is left of it', async () => {
  let folder: string;
  {
    await using home = new Home();
    folder = home.folder;
    home.addCommand('nvidia-smi', '#!/bin/sh\nexec sleep 60\n');
    // A program that would outlive its test: it waits for the command above.
    const terminal = startProgram(home, ['doctor']);
    await expect(terminal.waitFor('never shown', 300)).rejects.toThrow('300 ms passed');
  }
  expect(existsSync(folder)).toBe(false);
});
