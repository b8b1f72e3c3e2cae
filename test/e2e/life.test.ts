import { expect, test } from 'vitest';
import { Home, runProgram, startProgram } from './harness.ts';
import { ofType, onlyRun, parseLines, readEvents, training } from './runs.ts';

/** A terminal on which the monitor cannot be drawn: the run is followed line by line. */
const plain = { env: { TERM: 'dumb' }, rows: 60, cols: 120 };
/** Loading the program and Python on a busy machine. */
const patience = 120_000;

/** Trains until it is stopped, so that nothing here races its end. */
const endless = { maxSteps: 5000, saveSteps: 5000, batchSize: 8 };

test('a run is detached, watched, stopped, resumed and interrupted', async () => {
  await using home = new Home();
  const detached = await runProgram(home, [...training({ split: '4,4', ...endless }), '--detach']);
  expect(detached).toMatchObject({ exitCode: 0, stderr: '' });
  const run = onlyRun(home);
  expect(detached.stdout).toContain(`ft-wizard attach ${run.id}`);

  const list = async () => parseLines((await runProgram(home, ['runs', '--json'])).stdout);
  expect(await list()).toMatchObject([{ id: run.id, state: 'training', totalSteps: 5000 }]);
  const again = await runProgram(home, ['resume']);
  expect(again.exitCode).toBe(2);
  expect(again.stderr).toMatch(new RegExp(`${run.id} is in use[^]*ft-wizard attach ${run.id}`));

  // Leaving the view leaves the run alone.
  const view = startProgram(home, ['attach', run.id], plain);
  await view.waitFor('/5000  loss', patience);
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
  await resumed.waitFor('/5000  loss', patience);
  resumed.type('\x03');
  expect(await resumed.exit).toBe(0);
  const secondStop = ofType(readEvents(run), 'done').at(-1)!;
  for (const said of [
    'Stopping with a checkpoint after this step.',
    `Go on later from the checkpoint of step ${secondStop.step} with: ft-wizard resume ${run.id}`,
  ]) {
    expect(resumed.screen()).toContain(said);
  }
  expect(resumed.modes()).toEqual(asFound);
  expect(secondStop.reason).toBe('stopped');
  await expect.poll(() => home.processes()).toEqual([]);
  expect(await list()).toMatchObject([{ state: 'stopped', step: secondStop.step }]);

  // No step was trained twice, and none was left out.
  const steps = ofType(readEvents(run), 'step').map(({ step, attempt }) => ({ step, attempt }));
  expect(steps).toEqual(
    Array.from({ length: secondStop.step }, (_, index) => ({
      step: index + 1,
      attempt: index < firstStop.step ? 1 : 2,
    })),
  );
});

test('a terminal that is lost takes nothing with it; stop --now ends everything without a checkpoint', async () => {
  await using home = new Home();
  const terminal = startProgram(home, training({ split: '8', ...endless }), plain);
  await terminal.waitFor('/5000  loss', patience);
  terminal.hangUp();
  await terminal.exit;
  const run = onlyRun(home);
  const seen = ofType(readEvents(run), 'step').length;
  await expect
    .poll(() => ofType(readEvents(run), 'step').length, { timeout: patience })
    .toBeGreaterThan(seen);

  await runProgram(home, ['stop', '--now']);
  expect(run.readStatus()).toMatchObject({ phase: 'stopped', exitCode: 130 });
  expect(run.readStatus().reason).toContain('no checkpoint');
  await expect.poll(() => home.processes()).toEqual([]);
});
