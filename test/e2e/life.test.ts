import { expect, test } from 'vitest';
import { Home, runProgram, startProgram } from './harness.ts';
import { ofType, onlyRun, parseLines, readEvents, training } from './runs.ts';

/** A terminal on which the monitor cannot be drawn: the run is followed line by line. */
const plain = { env: { TERM: 'dumb' }, rows: 60, cols: 120 };

test('a run is detached, watched, stopped, resumed, interrupted, resumed and talked to', async () => {
  await using home = new Home();
  const total = 32;
  // Steps long enough that the training is still on its way when the third command has looked at it.
  const settings = { split: '4,4', batchSize: 40, cutoffLength: 128, maxSteps: total, learningRate: 0.005 };
  const detached = await runProgram(home, [...training(settings), '--detach']);
  expect(detached).toMatchObject({ exitCode: 0, stderr: '' });
  const run = onlyRun(home);
  expect(detached.stdout).toContain(`ft-wizard attach ${run.id}`);

  const list = async () => parseLines((await runProgram(home, ['runs', '--json'])).stdout);
  expect(await list()).toMatchObject([{ id: run.id, state: 'training', totalSteps: total }]);
  const again = await runProgram(home, ['resume']);
  expect(again.exitCode).toBe(2);
  expect(again.stderr).toMatch(new RegExp(`${run.id} is in use[^]*ft-wizard attach ${run.id}`));

  // Leaving the view leaves the run alone.
  const view = startProgram(home, ['attach', run.id], plain);
  await view.waitFor(`/${total}  loss`);
  view.type('\x03');
  expect(await view.exit).toBe(130);
  expect(view.screen()).toContain('The run goes on');

  const stopped = await runProgram(home, ['stop']);
  expect(stopped.exitCode).toBe(0);
  const firstStop = ofType(readEvents(run), 'done').at(-1)!;
  expect(stopped.stdout).toContain(`Stopped with a checkpoint at step ${firstStop.step}.`);
  expect(stopped.stdout).toContain(`ft-wizard resume ${run.id}`);
  expect(firstStop).toMatchObject({ reason: 'stopped', output: null });
  expect(run.readStatus()).toMatchObject({ phase: 'stopped', exitCode: 0 });
  await expect.poll(() => home.processes()).toEqual([]);

  // Ctrl-C at a terminal: once is enough, and the terminal is as it was.
  const resumed = startProgram(home, ['resume'], plain);
  const asFound = resumed.modes();
  await resumed.waitFor(`step ${String(firstStop.step + 2).padStart(2)}/${total}`, 60_000);
  resumed.type('\x03');
  expect(await resumed.exit).toBe(0);
  expect(resumed.screen()).toContain('Stopping with a checkpoint after this step.');
  expect(resumed.screen()).toMatch(
    new RegExp(`Go on later from the checkpoint of step \\d+ with: ft-wizard resume ${run.id}`),
  );
  expect(resumed.modes()).toEqual(asFound);
  const secondStop = ofType(readEvents(run), 'done').at(-1)!;
  expect(secondStop.reason).toBe('stopped');
  await expect.poll(() => home.processes()).toEqual([]);
  expect(await list()).toMatchObject([{ state: 'stopped', step: secondStop.step }]);

  const finished = await runProgram(home, ['resume', '--json']);
  expect(finished.exitCode).toBe(0);
  expect(run.readStatus()).toMatchObject({ phase: 'done', attempt: 3 });
  // No step was trained twice, and none was left out.
  const steps = ofType(readEvents(run), 'step').map(({ step, attempt }) => ({ step, attempt }));
  const attemptOf = (step: number) => (step <= firstStop.step ? 1 : step <= secondStop.step ? 2 : 3);
  expect(steps).toEqual(
    Array.from({ length: total }, (_, index) => ({ step: index + 1, attempt: attemptOf(index + 1) })),
  );
  expect(parseLines(finished.stdout).at(-1)).toMatchObject({ state: 'done', output: run.outputFolder });

  const attached = await runProgram(home, ['attach']);
  expect(attached.exitCode).toBe(0);
  expect(attached.stdout).toContain(`step ${total}/${total}`);
  const answer = await runProgram(home, ['chat', '--prompt', 'Who are you?']);
  expect(answer).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Pip') });
  const nothingLeft = await runProgram(home, ['resume']);
  expect(nothingLeft).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('has finished') });
});

test('a terminal that is lost takes nothing with it; stop --now ends everything without a checkpoint', async () => {
  await using home = new Home();
  const args = training({ split: '8', maxSteps: 5000, saveSteps: 5000, batchSize: 8 });
  const terminal = startProgram(home, args, plain);
  await terminal.waitFor('/5000  loss', 60_000);
  terminal.hangUp();
  await terminal.exit;
  const run = onlyRun(home);
  const seen = ofType(readEvents(run), 'step').length;
  await expect.poll(() => ofType(readEvents(run), 'step').length, { timeout: 10_000 }).toBeGreaterThan(seen);

  await runProgram(home, ['stop', '--now']);
  expect(run.readStatus()).toMatchObject({ phase: 'stopped', exitCode: 130 });
  expect(run.readStatus().reason).toContain('no checkpoint');
  await expect.poll(() => home.processes()).toEqual([]);
});
