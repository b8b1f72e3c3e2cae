// The benchmark of memory as a person with an H200 runs it: box and trainer are stand-ins, everything between them is real.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readRecords } from '../../src/commands/bench/memory/record.ts';
import { devPython, Home, runProgram, startProgram } from './harness.ts';
import { parseLines } from './runs.ts';

const standIn = path.resolve(import.meta.dirname, '../fixtures/stand-in');
const leftBehind = () => readdirSync(tmpdir()).filter((name) => name.startsWith('ft-wizard-bench-'));

/** @param env for the stand-in of the trainer: see there */
function homeWithCard(env = ''): Home {
  const home = new Home();
  home.addCommand('nvidia-smi', `#!/bin/sh\nNVIDIA_SMI_STAND_IN=h200 exec ${standIn}/nvidia-smi "$@"\n`);
  home.addCommand(
    'python-with-cuda',
    `#!/bin/sh\nPYTHON=${devPython} ${env} exec ${process.execPath} ${standIn}/trainer.mjs "$@"\n`,
  );
  return home;
}

const bench = (home: Home, ...args: string[]) => [
  ...['bench', '--memory', '--python', path.join(home.folder, 'bin/python-with-cuda')],
  ...args,
];

test('what each rank held is told beside the prediction, one line each, and nothing is left', async () => {
  await using home = homeWithCard();
  const before = leftBehind();
  const names = [
    '7b-r8-qv-512x4',
    '13b-1f1b-9-7-r64-qv-512x2',
    'qwen3-r64-qv-packed-1024x4',
    '7b-nccl-8-8-r16-all-1024',
  ];
  const { stdout, stderr, exitCode } = await runProgram(home, bench(home, '--only', names.join(), '--json'));
  expect(exitCode, stderr).toBe(0);
  const records = readRecords(stdout);
  expect(records.map(({ configuration }) => configuration.name).sort()).toEqual(names.slice(0, 3).sort());
  for (const record of records) {
    expect(record).toMatchObject({ torch: '2.11.0+cu130', ranOutOfMemory: false });
    expect(record.cards[0]).toMatchObject({ uuid: 'GPU-0', driverVersion: '580.159.04' });
    expect(record.ranks).toHaveLength(record.configuration.on === 'card' ? 1 : 2);
    expect(record.stepSeconds).toBeGreaterThan(0);
    for (const { stage, reservedBytes, outsideBytes } of record.ranks) {
      const { weights } = record.predicted[stage]!.breakdown;
      expect(reservedBytes).toBeGreaterThan(weights);
      expect(outsideBytes).toBe(5e8);
    }
  }
  const skipped = parseLines(stdout).filter(({ type }) => type !== 'memory');
  expect(skipped).toEqual([{ type: 'skipped', name: names[3], reason: 'It takes two cards.' }]);
  expect(stderr).toMatch(/configuration +half +rank +predicted +held/);
  expect(stderr).toMatch(/^held-out: 2 ranks, median error \d+\.\d %/m);
  expect(leftBehind()).toEqual(before);
});

test('one that runs out of memory, and one that fails, do not end it', async () => {
  await using home = homeWithCard('RUNS_OUT=13b FAILS=70b');
  const names = ['13b-freeze1-512x8', '70b-r16-all-1024', '7b-r8-qv-512x4'];
  const { stdout, stderr, exitCode } = await runProgram(home, bench(home, '--only', names.join(), '--json'));
  expect(exitCode).toBe(1);
  const [fine, ranOut, failed] = parseLines(stdout);
  expect(fine).toMatchObject({ type: 'memory', ranOutOfMemory: false });
  expect(ranOut).toMatchObject({ type: 'memory', ranOutOfMemory: true, ranks: [{ reservedBytes: 140e9 }] });
  expect(failed).toMatchObject({ type: 'failed', name: names[1] });
  const [, log] = /Its log is left in (\S+)\./.exec(String(failed!.reason))!;
  expect(readFileSync(log!, 'utf8')).toContain('nobody expected this');
  rmSync(path.resolve(log!, '../..'), { recursive: true });
  expect(stderr).toMatch(/>13\d\.\d GiB/);
});

test('Ctrl-C keeps what was measured', async () => {
  await using home = homeWithCard('HANGS=13b');
  const program = startProgram(home, bench(home, '--only', '7b-r8-qv-512x4,13b-freeze1-512x8'));
  await program.waitFor(/2\/2 13b-freeze1-512x8: load/, 60_000);
  program.type('\x03');
  expect(await program.exit).toBe(130);
  expect(program.screen()).toMatch(/7b-r8-qv-512x4 +fit +0 /);
  expect(program.screen()).toMatch(/fit: 1 ranks/);
  await expect.poll(() => home.processes(), { timeout: 5_000 }).toEqual([]);
});

test('what cannot be measured is refused', async () => {
  await using home = homeWithCard();
  for (const [args, said] of [
    [['--device', 'cpu'], /--device cpu leaves none/],
    [['--only', '7b-r8-qv-512x5'], /There is 7b-r8-qv-512x4/],
    [['--model', 'llama2-7b'], /cannot be used with option '--model/],
  ] as const) {
    const { exitCode, stderr } = await runProgram(home, bench(home, ...args));
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(said)]);
  }
});
