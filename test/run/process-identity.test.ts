import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { findMarked, identify, identifySelf, isAlive } from '../../src/run/process-identity.ts';

it('tells this process from another with its pid', () => {
  const self = identifySelf();
  expect(identify(process.pid)).toEqual(self);
  expect(isAlive(self)).toBe(true);
  expect(isAlive({ ...self, started: '1@an-earlier-boot' })).toBe(false);
});

it('sees that a process has ended', async () => {
  const child = spawn('sleep', ['60']);
  await once(child, 'spawn');
  const identity = identify(child.pid!)!;
  expect(isAlive(identity)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(identity)).toBe(false);
  expect(identify(child.pid!)).toBeNull();
});

it.runIf(process.platform === 'linux')('finds processes by the mark in their environment', async () => {
  const mark = `mark-${process.pid}`;
  const child = spawn('sleep', ['60'], { env: { ...process.env, FT_MARK: mark }, detached: true });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  expect(findMarked('FT_MARK', mark)).toContain(child.pid);
  expect(findMarked('FT_MARK', `${mark}-other`)).toEqual([]);
  expect(findMarked('FT_MARK', mark.slice(0, -1))).toEqual([]);
});
