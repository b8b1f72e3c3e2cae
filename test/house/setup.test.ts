import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { root } from './imports.ts';

const setup = (...args: string[]) =>
  execa(process.execPath, [path.join(root, '.dev/setup.mjs'), ...args], { reject: false });

describe('setup.mjs', () => {
  test('runs the command with Node 24 in front, and ends as it ends', async () => {
    const outcome = await setup('--', 'node', '-e', 'console.log(process.version); process.exit(7)');
    expect(outcome.stdout).toMatch(/^v24\./);
    expect(outcome.exitCode).toBe(7);
  });

  test('a command that was ended by a signal ends it as a shell would say', async () => {
    const outcome = await setup('--', 'node', '-e', 'process.kill(process.pid, "SIGTERM")');
    expect(outcome.exitCode).toBe(143);
  });

  test('names its steps when asked for another, and runs nothing', async () => {
    const outcome = await setup('pyhton', '--', 'node', '-e', 'console.log("ran")');
    expect(outcome).toMatchObject({ exitCode: 1, stdout: '' });
    expect(outcome.stderr).toBe('There is no step "pyhton"; the steps are install, build, python.');
  });
});
