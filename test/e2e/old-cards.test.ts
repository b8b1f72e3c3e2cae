import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Home, runProgram } from './harness.ts';
import { ofType, onlyRun, readEvents, runsFolder, training } from './runs.ts';

const standIn = path.resolve(import.meta.dirname, '../fixtures/stand-in/nvidia-smi');

test('two P40s: bf16 is refused, fp16 is chosen and trains', async () => {
  await using home = new Home();
  home.addCommand('nvidia-smi', `#!/bin/sh\nNVIDIA_SMI_STAND_IN=p40x2 exec ${standIn} "$@"\n`);
  const args = ['--preset', 'p40x2', '--device', 'cpu', ...training({ maxSteps: 4 })];

  const refused = await runProgram(home, [...args, '--set', 'precision=bf16']);
  expect(refused.exitCode).toBe(3);
  expect(refused.stdout).toMatch(/Error: bf16 needs compute capability 8\.0 .* card 0 \(Tesla P40\)/);
  expect(refused.stdout).toMatch(/Fix: Set precision=fp16/);
  expect(existsSync(runsFolder(home))).toBe(false);

  const trained = await runProgram(home, args);
  expect(trained).toMatchObject({ exitCode: 0, stderr: '' });
  expect(trained.stdout).toMatch(/fp16: .*Tesla P40/);
  const run = onlyRun(home);
  const plan = run.readPlan(1);
  expect(plan.device).toBe('cpu');
  expect(plan.precision.value).toBe('fp16');
  expect(plan.precision.reason).toContain('card 0 (Tesla P40) has 6.1');
  expect(plan.ranks.map(({ gpu }) => gpu?.name)).toEqual(['Tesla P40', 'Tesla P40']);

  const steps = ofType(readEvents(run), 'step');
  expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  // A scaler is what fp16 cannot do without.
  expect(steps.every(({ loss_scale }) => loss_scale !== null && loss_scale >= 1)).toBe(true);
  expect(steps.some(({ skipped, loss }) => !skipped && Number.isFinite(loss))).toBe(true);
});
