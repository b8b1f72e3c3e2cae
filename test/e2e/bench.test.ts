// The benchmark as a person runs it: real trainings on the CPU, of which nothing is left.
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { devPython, Home, runProgram, startProgram } from './harness.ts';
import { parseLines, runsFolder, set } from './runs.ts';

const small = [
  '--model',
  'demo',
  '--python',
  devPython,
  ...set({ cutoffLength: 32, batchSize: 4, 'lora.rank': 4 }),
];
const leftBehind = () => readdirSync(tmpdir()).filter((name) => name.startsWith('ft-wizard-bench-'));

/** Supervisors need a moment for their last words. */
const nothingRuns = (home: Home) => expect.poll(() => home.processes(), { timeout: 5_000 }).toEqual([]);

test('each schedule is measured, one line each, and nothing is left', async () => {
  await using home = new Home();
  const before = leftBehind();
  const args = ['bench', ...small, '--steps', '3', '--schedules', '1f1b,naive', '--device', 'cpu', '--json'];
  const { stdout, exitCode, stderr } = await runProgram(home, args);
  expect(exitCode, stderr).toBe(0);
  const [subject, naive, pipelined, ...more] = parseLines(stdout);
  expect(more).toEqual([]);
  expect(subject).toMatchObject({ type: 'bench', device: 'cpu', training: { maxSteps: 3 }, command: args });
  expect(naive).toMatchObject({ schedule: 'naive', microBatches: 1, microBatchSize: 4, againstNaive: 1 });
  expect(pipelined).toMatchObject({ schedule: '1f1b', microBatches: 4, microBatchSize: 1 });
  for (const row of [naive!, pipelined!]) {
    const ranks = row.ranks as { busyShare: number; peakBytes: number }[];
    expect(row.tokensPerSecond).toBeGreaterThan(0);
    expect(ranks).toHaveLength(2);
    for (const { busyShare, peakBytes } of ranks) {
      expect(busyShare).toBeGreaterThan(0);
      expect(busyShare).toBeLessThanOrEqual(1);
      expect(peakBytes).toBeGreaterThan(2 ** 27);
    }
  }
  // The same rows and weights: how they are scheduled changes nothing but time.
  const [first, second] = [naive!, pipelined!].map(({ losses }) => (losses as number[])[0]!);
  expect(first!).toBeCloseTo(second!, 4);
  expect(pipelined!.againstNaive).toBeCloseTo(
    (pipelined!.tokensPerSecond as number) / (naive!.tokensPerSecond as number),
    6,
  );
  expect(stderr).toMatch(/schedule +micro-batches +tokens\/s/);
  expect(existsSync(runsFolder(home))).toBe(false);
  expect(leftBehind()).toEqual(before);
  await nothingRuns(home);
});

test('Ctrl-C ends it at once and leaves nothing', async () => {
  await using home = new Home();
  const before = leftBehind();
  const program = startProgram(home, ['bench', ...small, '--steps', '100000', '--schedules', 'naive']);
  await program.waitFor(/naive, micro-batches of 4: step \d+ of 100000/, 60_000);
  program.type('\x03');
  expect(await program.exit).toBe(130);
  expect(leftBehind()).toEqual(before);
  await nothingRuns(home);
});

test('what cannot be meant is refused before anything is set up', async () => {
  await using home = new Home();
  for (const [flag, value] of [
    ['--steps', '2'],
    ['--schedules', 'naive,zigzag'],
    ['--schedules', 'naive,naive'],
  ] as const) {
    const { exitCode, stderr } = await runProgram(home, ['bench', ...small, flag, value]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(flag)]);
  }
});
