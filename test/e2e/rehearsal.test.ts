// A run that its rehearsal refused, taken from there to its end. CPU ranks do not run out of a card's memory, so what a rank told is recorded.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { RunDirectory } from '../../src/run/directory.ts';
import { sizeOf, tailEvents } from '../../src/run/events-file.ts';
import { judgeTraining } from '../../src/run/supervisor/verdict.ts';
import { eventLine } from '../run/fixtures.ts';
import { keys } from '../ui/terminal.ts';
import { Home, runProgram, startProgram, startShell } from './harness.ts';
import { ofType, onlyRun, parseLines, readEvents, training } from './runs.ts';

const patience = 120_000;
const GiB = 2 ** 30;

/** Rows long enough for a micro-batch to weigh something. */
function longRows(home: Home): string {
  const words = Array.from({ length: 300 }, (_, index) => `word${(7 * index) % 50}`).join(' ');
  const rows = Array.from({ length: 16 }, (_, row) => ({ instruction: `Number ${row}?`, output: words }));
  const file = path.join(home.folder, 'rows.json');
  writeFileSync(file, JSON.stringify(rows));
  return file;
}

/** The newest attempt has ended in its rehearsal, as a supervisor leaves it: rank 1 would have needed more than there is. */
function refuse(run: RunDirectory): void {
  const status = run.readStatus();
  const plan = run.readPlan(status.attempt);
  for (const folder of [run.checkpointsFolder, run.outputFolder])
    rmSync(folder, { recursive: true, force: true });
  mkdirSync(run.checkpointsFolder);
  const held = plan.stages[1]!.capacityBytes + GiB / 2;
  const { attempt } = status;
  const failed = {
    attempt,
    rank: 1,
    stage: 1,
    fits: false,
    reserved_bytes: held,
    outside_bytes: null,
    tokens: 0,
  };
  const report = { rank: 1, code: 'out-of-memory', message: 'this card ran out of memory', fix: 'Use less.' };
  const before = sizeOf(run.eventsFile);
  writeFileSync(
    run.eventsFile,
    [
      eventLine({ type: 'phase', phase: 'load' }),
      eventLine({ type: 'phase', phase: 'rehearse' }),
      eventLine({ type: 'rehearsal', ...failed, seconds: null, busy: null }),
      eventLine({ type: 'error', ...report }),
    ].join(''),
    { flag: 'a' },
  );
  const evidence = { plan, ending: { code: 1, signal: null }, log: '', killed: false };
  run.writeStatus({
    ...status,
    ...judgeTraining({ ...evidence, events: tailEvents(run.eventsFile, before) }),
  });
}

test('a run that did not fit is told so, offered the nearest plan that does, and trained by it', async () => {
  await using home = new Home();
  const settings = {
    split: '4,4',
    checkpointing: 'full',
    cutoffLength: 512,
    batchSize: 8,
    microBatchSize: 8,
  };
  const args = training({ ...settings, maxSteps: 1 }, { dataset: longRows(home) });
  expect((await runProgram(home, args)).exitCode).toBe(0);
  const run = onlyRun(home);
  // What a rank really held is told beside what was planned, before the first step.
  const rehearsals = ofType(readEvents(run), 'rehearsal');
  expect(rehearsals.map(({ rank, fits }) => [rank, fits])).toEqual([
    [0, true],
    [1, true],
  ]);
  refuse(run);

  expect((await runProgram(home, ['runs'])).stdout).toMatch(
    /did not fit .*CPU rank 1 needs [\d.]+ GiB or more/,
  );
  const told = await runProgram(home, ['attach']);
  expect(told.exitCode).toBe(3);
  expect(told.stdout).toMatch(
    /CPU rank 1 needs [\d.]+ GiB or more and has [\d.]+ GiB\. The nearest plan that fits: micro-batches of 4 instead of 8\./,
  );
  expect(told.stdout).toContain(`Accept it with: ft-wizard resume ${run.id}`);
  const objects = parseLines((await runProgram(home, ['attach', '--json'])).stdout);
  expect(objects.slice(-2)).toMatchObject([
    { type: 'proposal', run: run.id, fits: true, changes: [{ what: 'microBatchSize', now: 4, before: 8 }] },
    { type: 'end', state: 'refused', exitCode: 3 },
  ]);

  // In every window there is, and in Chinese.
  for (const [cols, rows] of [
    [60, 20],
    [120, 40],
  ] as const) {
    const window = startProgram(home, ['attach', '--lang', 'zh'], { cols, rows });
    await window.waitFor(/最接近的可行方案[\s\S]*微批次大小 4（原为 8）/, patience);
    window.type('q');
    expect(await window.exit).toBe(3);
  }

  const shell = await startShell(home, { cols: 100, rows: 30 });
  shell.call(['attach']);
  await shell.waitFor(
    /The nearest plan that fits\s[\s\S]*micro-batches of 4 instead of 8[\s\S]*Enter accept/,
    patience,
  );
  shell.type(keys.escape);
  await shell.prompts(3);
  expect(shell.screen()).toMatch(/Did not fit\.[\s\S]*micro-batches of 4 instead of 8/);
  expect(shell.screen()).toContain(`Go on with it: ft-wizard resume ${run.id}`);
  expect(run.readStatus().attempt).toBe(1);

  shell.call(['attach']);
  await shell.waitFor(/Enter accept/, patience);
  shell.type(keys.enter);
  await shell.waitFor(/attempt 2/, patience);
  await shell.waitFor(/Finished[\s\S]*ft-wizard chat/, patience);
  shell.type(keys.enter);
  await shell.prompts(0);
  expect(shell.screen()).toContain(`Run ${run.id}: Finished. Step 1 of 1`);
  const second = run.readPlan(2);
  expect(second).toMatchObject({ microBatchSize: 4, microBatches: 2, accepted: ['microBatchSize=4'] });
  expect(second.training).toEqual(run.readPlan(1).training);
  expect(run.readRecipe().microBatchSize).toBe(8);
  expect(ofType(readEvents(run), 'step').map(({ attempt, step }) => [attempt, step])).toEqual([
    [1, 1],
    [2, 1],
  ]);
  expect(existsSync(path.join(run.outputFolder, 'adapter_model.safetensors'))).toBe(true);

  // Without a screen, and once more: what was accepted before is kept.
  refuse(run);
  const resumed = await runProgram(home, ['resume', '--json']);
  expect(resumed.exitCode).toBe(0);
  const [proposal] = parseLines(resumed.stdout);
  expect(proposal).toMatchObject({ type: 'proposal', fits: true });
  const third = run.readPlan(3);
  expect(third.microBatchSize).toBeLessThan(4);
  expect(third.accepted).toEqual(['microBatchSize=4', `microBatchSize=${third.microBatchSize}`]);
  expect(run.readStatus()).toMatchObject({ phase: 'done', attempt: 3 });
  await expect.poll(() => home.processes()).toEqual([shell.pid]);
});
