import { expect, test } from 'vitest';
import { devPython, Home, runProgram, startProgram } from './harness.ts';

/** Loading the program on a busy machine. */
const patience = 30_000;

test('without a terminal it says what to run instead', async () => {
  await using home = new Home();
  const { exitCode, stderr } = await runProgram(home, []);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('--preset');
});

test('Enter, Enter starts the demo, and the monitor opens', { timeout: 120_000 }, async () => {
  await using home = new Home();
  const wizard = startProgram(home, ['--python', devPython], { cols: 100, rows: 30 });
  await wizard.waitFor(/❯ Go with this run +the demo model/, patience);
  wizard.type('\r');
  await wizard.waitFor('❯ Start the training', patience);
  wizard.type('\r');
  await wizard.waitFor(/step \d+\/88/, 90_000);
  wizard.type('d');
  expect(await wizard.exit).toBe(0);
  // Nothing is unfinished now.
  const again = startProgram(home, [], { cols: 100, rows: 30 });
  await again.waitFor(/❯ Go with this run +the demo model/, patience);
  expect(again.screen()).not.toContain('Continue where you left');
  again.type('q');
  expect(await again.exit).toBe(0);
});

test('left midway, it goes on the next time; what flags say is not asked', { timeout: 60_000 }, async () => {
  await using home = new Home();
  const first = startProgram(home, ['--model', 'demo', '--lang', 'zh', '--python', devPython], {
    cols: 60,
    rows: 20,
  });
  await first.waitFor('❯ 继续', patience);
  first.type('\r');
  await first.waitFor('第 2 步，共 7 步', patience);
  first.type('\x03');
  expect(await first.exit).toBe(0);
  expect(first.screen()).toContain('ft-wizard --model demo');
  expect(first.screen()).toContain('您的答案已保留');

  const second = startProgram(home, ['--python', devPython]);
  await second.waitFor('Continue where you left', patience);
  second.type('\x1b[B');
  await second.waitFor('❯ Continue where you left', patience);
  second.type('\r');
  await second.waitFor('step 2 of 7', patience);
  second.type('\x03');
  expect(await second.exit).toBe(0);
});
