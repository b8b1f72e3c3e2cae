// A run at a terminal: the monitor of the built program on trainings with the real trainer.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { keys } from '../ui/terminal.ts';
import { Home, runProgram, startProgram, startShell, throwingOnSignal } from './harness.ts';
import { ofType, onlyRun, readEvents, training } from './runs.ts';

/** Loading the program and Python on a busy machine. */
const patience = 120_000;
const window = { cols: 110, rows: 32 };

test('watched, left, seen again, stopped from the screen, resumed to its end', async () => {
  await using home = new Home();
  const total = 30;
  const shell = await startShell(home, window);
  const settings = { split: '4,4', batchSize: 16, cutoffLength: 128, maxSteps: total, learningRate: 0.005 };
  shell.call(training(settings));
  await shell.waitFor(new RegExp(`Training[\\s\\S]*step [1-9]\\d*/${total}`), patience);
  shell.type('d');
  await shell.prompts(0);
  const run = onlyRun(home);
  expect(shell.screen()).toContain(`Run ${run.id} goes on.`);
  expect(shell.screen()).toContain(`ft-wizard attach ${run.id}`);

  // All that happened before is there again, and it goes on.
  const seen = ofType(readEvents(run), 'step').length;
  shell.call(['attach']);
  await shell.waitFor(new RegExp(`4 Log[\\s\\S]*step ${seen}/${total}  loss`), patience);
  shell.type(`l${keys.home}`);
  await shell.waitFor(`step 1/${total}  loss`);
  shell.type(keys.ctrl('c'));
  await shell.waitFor(/❯ Stop with a checkpoint/, patience);
  shell.type(keys.enter);
  await shell.waitFor(/Stopped[\s\S]*ft-wizard resume/, patience);
  const stop = ofType(readEvents(run), 'done').at(-1)!;
  expect(stop).toMatchObject({ reason: 'stopped', output: null });
  expect(stop.step).toBeGreaterThanOrEqual(seen);
  shell.type(keys.enter);
  await shell.prompts(0);
  expect(shell.screen()).toContain(`Run ${run.id}: Stopped. Step ${stop.step} of ${total}, last loss`);
  expect(shell.screen()).toContain(`ft-wizard resume ${run.id}`);
  await expect.poll(() => home.processes()).toEqual([shell.pid]);

  // The rest in one stage: checkpoints belong to no split.
  shell.call(['resume', '--split', '8']);
  await shell.waitFor(/attempt 2/, patience);
  await shell.waitFor(/Finished[\s\S]*ft-wizard chat/, 2 * patience);
  shell.type(keys.enter);
  await shell.prompts(0);
  expect(shell.screen()).toContain(`Run ${run.id}: Finished. Step ${total} of ${total}, last loss`);
  expect(shell.screen()).toMatch(
    /before +layers 0-3 on CPU rank 0, layers 4-7 on CPU rank 1, fp32\n +now +layers 0-7 on CPU rank 0, fp32/,
  );
  expect([1, 2].map((attempt) => run.readPlan(attempt).stages.length)).toEqual([2, 1]);
  const steps = ofType(readEvents(run), 'step').map(({ step }) => step);
  expect(steps).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  expect(existsSync(path.join(run.outputFolder, 'adapter_model.safetensors'))).toBe(true);
  await expect.poll(() => home.processes()).toEqual([shell.pid]);

  // Without a terminal the same is told as text, and by the exit code.
  const attached = await runProgram(home, ['attach']);
  expect(attached).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`step ${total}/${total}`) });
  const answer = await runProgram(home, ['chat', '--prompt', 'Who are you?']);
  expect(answer).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/\w/) });
  const nothingLeft = await runProgram(home, ['resume']);
  expect(nothingLeft).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('has finished') });
});

test('whatever ends the monitor, the terminal is given back and the run goes on; when the trainer dies, it says why', async () => {
  await using home = new Home();
  const endless = { split: '4,4', maxSteps: 100_000, saveSteps: 100_000 };
  expect((await runProgram(home, [...training(endless), '--detach'])).exitCode).toBe(0);
  const run = onlyRun(home);
  const rank = () => home.processes('-u -m ft_trainer train').at(-1)!;
  const supervised = home.processes();

  const shell = await startShell(home, window);
  const [settings, modes] = [await shell.settings(), shell.modes()];
  const endings: [() => void, number][] = [
    [() => shell.signal('SIGTERM'), 143],
    [() => shell.signal('SIGHUP'), 129],
    [() => shell.type(keys.ctrl('c').repeat(2)), 0],
  ];
  for (const [end, exitCode] of endings) {
    shell.call(['attach', run.id]);
    await shell.waitFor(/step [1-9]\d*\/100000[\s\S]*detach/, patience);
    expect(shell.modes()).toMatchObject({ screen: 'alternate', cursor: 'hidden' });
    end();
    await shell.prompts(exitCode);
    expect(shell.modes()).toEqual(modes);
    shell.type(':\r');
    await shell.prompts(0);
    expect(await shell.settings()).toBe(settings);
  }

  // An error thrown in it: the run is followed in plain text then.
  const throwing = startProgram(home, ['attach'], {
    cols: 110,
    rows: 120,
    env: { NODE_OPTIONS: throwingOnSignal },
  });
  const atFirst = throwing.modes();
  await throwing.waitFor(/step [1-9]\d*\/100000[\s\S]*detach/, patience);
  process.kill(throwing.pid, 'SIGUSR2');
  await throwing.waitFor(/The full screen failed[\s\S]*step +\d+\/100000/, patience);
  expect(throwing.screen()).toContain('thrown from outside');
  expect(throwing.modes()).toEqual(atFirst);
  throwing.type(keys.ctrl('c'));
  expect(await throwing.exit).toBe(130);

  // The language is said before or after the command's name.
  for (const args of [
    ['--lang', 'zh', 'attach'],
    ['attach', '--lang', 'zh'],
  ]) {
    const chinese = startProgram(home, args, window);
    await chinese.waitFor('1 损失', patience);
    chinese.type('d');
    expect(await chinese.exit).toBe(0);
    expect(chinese.screen()).toContain(`任务 ${run.id} 仍在继续。`);
  }

  // A window that is resized, down to nothing, and closed.
  const other = startProgram(home, ['attach'], window);
  await other.waitFor(/1 Loss[\s\S]*2 Cards/, patience);
  for (const [cols, rows] of [
    [60, 20],
    [200, 50],
  ] as const) {
    other.resize(cols, rows);
    // As wide as the window, and a row less than it is high.
    await other.waitFor(new RegExp(`^.{${cols - 12},${cols}}(\\n.*){10,${rows - 3}}\\n.*detach.*$`));
  }
  other.resize(59, 20);
  await other.waitFor('ft-wizard needs 60 x 20 characters.');
  other.hangUp();
  await other.exit;
  expect([...home.processes()].filter((pid) => pid !== shell.pid)).toEqual(supervised);

  shell.call(['attach']);
  await shell.waitFor(/step [1-9]\d*\/100000/, patience);
  process.kill(rank(), 'SIGKILL');
  await shell.waitFor(/Failed[\s\S]*What went wrong[\s\S]*The end of the log/, patience);
  shell.type(keys.enter);
  await shell.prompts(1);
  expect(shell.screen()).toContain(run.logFile);
  const begin = 'There is no checkpoint; begin again with:';
  expect(shell.screen()).toContain(`${begin} ft-wizard resume ${run.id}`);
  const told = `There is no checkpoint to go on from; begin again with: ft-wizard resume ${run.id}`;
  expect(await runProgram(home, ['attach'])).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining(told),
  });
  await expect.poll(() => home.processes()).toEqual([shell.pid]);
});
