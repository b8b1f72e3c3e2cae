// The wizard as people meet it: the built program at a terminal, up to a training with the real trainer.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { catalogueFor } from '../../src/ui/strings/catalogue.ts';
import { keys } from '../ui/terminal.ts';
import { devPython, Home, runProgram, type Shell, startShell, throwingOnSignal } from './harness.ts';
import { ofType, onlyRun, readEvents } from './runs.ts';

/** Loading the program, or Python, on a busy machine. */
const patience = 120_000;
const standIn = path.resolve(import.meta.dirname, '../fixtures/stand-in/nvidia-smi');

/** Types, and waits for what it leads to. */
async function press(shell: Shell, typed: string, wanted: string | RegExp): Promise<void> {
  shell.type(typed);
  await shell.waitFor(wanted, patience);
}

test('without a terminal it says what to run instead', async () => {
  await using home = new Home();
  const { exitCode, stdout, stderr } = await runProgram(home, []);
  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain('--preset');
});

test('the first run: from the box to an adapter that can be talked to', async () => {
  await using home = new Home();
  const shell = await startShell(home, { cols: 100, rows: 30 });
  shell.call(['--python', devPython]);
  await shell.waitFor(/❯ Go with this run +the demo model/, patience);
  await press(shell, keys.enter, '❯ Start the training');
  // The demo takes a minute; three steps are enough here.
  await press(shell, keys.down.repeat(5), '❯ Settings');
  await press(shell, keys.enter, /❯ LoRA rank .* 8 /);
  await press(shell, keys.down.repeat(3) + keys.right.repeat(3), /❯ Batch size .* 32 /);
  await press(shell, keys.down.repeat(2), /❯ Epochs .* 8 /);
  await press(shell, `e${keys.ctrl('u')}1${keys.enter}`, /❯ Epochs .* 1 /);
  await press(shell, keys.enter, /❯ Start the training[\s\S]*batch 32 x 128, 1 epochs/);
  await press(shell, keys.enter, /step \d\/3/);

  await shell.waitFor(
    /Finished[\s\S]*Without and with the training[\s\S]*Paris[\s\S]*ft-wizard chat/,
    patience,
  );
  const run = onlyRun(home);
  shell.type(keys.enter);
  await shell.prompts(0);
  const { loss, output } = ofType(readEvents(run), 'done').at(-1)!;
  expect(shell.screen()).toContain(`Step 3 of 3, last loss ${loss!.toFixed(3)}`);
  for (const said of [run.path, output!, `ft-wizard chat ${run.id}`]) expect(shell.screen()).toContain(said);
  expect(existsSync(path.join(output!, 'adapter_model.safetensors'))).toBe(true);
  await expect.poll(() => home.processes()).toEqual([shell.pid]);

  // Nothing is unfinished now, and the model is known.
  shell.call([]);
  await shell.waitFor('❯ Go with this run', patience);
  expect(shell.screen()).not.toContain('Continue where you left');
  shell.type('q');
  await shell.prompts(0);
});

test('two P40s: back and forth, left midway, split by hand, kept as a preset, started', async () => {
  await using home = new Home();
  home.addCommand('nvidia-smi', `#!/bin/sh\nNVIDIA_SMI_STAND_IN=p40x2 exec ${standIn} "$@"\n`);
  const shell = await startShell(home, { cols: 120, rows: 40 });
  const wizard = ['--device', 'cpu', '--python', devPython];
  shell.call(wizard);
  await shell.waitFor(/0 Tesla P40.*1 Tesla P40[\s\S]*❯ Go with this run/, patience);
  await press(shell, keys.down, '❯ Choose step by step');
  await press(shell, keys.enter, 'step 1 of 7');
  await press(shell, keys.end, '❯ The bundled demo model');
  await press(shell, keys.enter, 'step 2 of 7');
  await press(shell, keys.end, /First row, as the model sees it[\s\S]*learned: /);
  await press(shell, keys.enter, 'step 3 of 7');
  await press(shell, keys.down + keys.enter, 'step 4 of 7');
  await press(shell, keys.down, /❯ bf16 +⊘ needs compute capability 8\.0; Tesla P40 has 6\.1/);
  // Enter does nothing there.
  await press(shell, keys.enter + keys.down + keys.enter, 'step 5 of 7');
  await press(shell, keys.down, /❯ Layers trained|❯ Sample length/);

  // Back, and the answers are still given.
  await press(shell, keys.escape, '❯ fp16');
  await press(shell, keys.escape, '❯ Freeze');
  await press(shell, keys.up + keys.enter, '❯ fp16');
  await press(shell, keys.enter, /❯ LoRA rank .* 16 /);
  await press(shell, keys.left, /❯ LoRA rank .* 8 /);
  await press(shell, keys.escape, '❯ fp16');
  await press(shell, keys.enter, /❯ LoRA rank .* 8 /);
  shell.type('q');
  await shell.prompts(0);
  expect(shell.screen()).toMatch(/ft-wizard --device cpu .* --set precision=fp16/);
  expect(shell.screen()).toContain('Your answers are kept');

  shell.call(wizard);
  await shell.waitFor(/Continue where you left +the demo model, the demo dataset/, patience);
  await press(shell, keys.down, '❯ Continue where you left');
  await press(shell, keys.enter, /❯ Start the training[\s\S]*Precision +fp16[\s\S]*rank 8 on all-linear/);
  await press(shell, keys.end, '❯ Split');
  // The footer offers `e` once there is a plan to edit.
  await press(shell, keys.enter, /step 6 of 7[\s\S]*e edit/);
  await press(shell, 'e', 'Layer split');
  await press(shell, keys.up.repeat(2), '◆ Cards 0 and 1');
  await press(shell, keys.enter, /❯ Start the training[\s\S]*Split +\d \+ \d/);
  const split = shell
    .screen()
    .match(/Split +(\d) \+ (\d)/)!
    .slice(1)
    .map(Number);
  await press(shell, 'p', 'A name for the preset');
  await press(shell, `p40x2${keys.enter}`, 'p40x2 is the name of a shipped preset');
  await press(shell, `${keys.ctrl('u')}old-cards${keys.enter}`, 'ft-wizard --preset old-cards');
  await press(shell, keys.home + keys.enter, /step \d+\/\d+/);
  shell.type('d');
  await shell.prompts(0);
  const run = onlyRun(home);
  expect(shell.screen()).toContain(`Run ${run.id} goes on.`);
  expect(await runProgram(home, ['stop', '--now'])).toMatchObject({ stderr: '' });

  expect(split).not.toEqual([4, 4]);
  const boundary = split[0]!;
  const planned = {
    device: 'cpu',
    precision: { value: 'fp16' },
    training: { lora: { rank: 8 } },
    stages: [{ layers: [0, boundary] }, { layers: [boundary, 8] }],
  };
  expect(run.readPlan(1)).toMatchObject(planned);
  const dry = await runProgram(home, ['--preset', 'old-cards', '--device', 'cpu', '--dry-run', '--json']);
  expect(dry.exitCode).toBe(0);
  expect(JSON.parse(dry.stdout)).toMatchObject(planned);
});

test('whatever ends the wizard, the terminal is given back and nothing goes on', async () => {
  await using home = new Home();
  const { wizard, common } = catalogueFor('zh');
  const tooSmall = common.tooSmall.needs(60, 20);
  const shell = await startShell(home, { cols: 59, rows: 20 });
  const [settings, modes] = [await shell.settings(), shell.modes()];
  const endings: [() => void, number][] = [
    [() => shell.signal('SIGTERM'), 143],
    [() => shell.signal('SIGHUP'), 129],
    [() => shell.type(keys.ctrl('c')), 0],
  ];
  shell.call(['--lang', 'zh']);
  await shell.waitFor(tooSmall, patience);
  shell.type('q');
  await shell.prompts(0);

  for (const [end, exitCode] of endings) {
    shell.call(['--lang', 'zh', '--model', 'demo', '--python', devPython]);
    await shell.waitFor(tooSmall, patience);
    shell.resize(80, 24);
    await shell.waitFor(`❯ ${wizard.box.start.given}`, patience);
    shell.type(keys.enter);
    // What the flag has said is not asked.
    await shell.waitFor(wizard.stepOf(2, 7), patience);
    // Python is at work meanwhile.
    await shell.waitFor(wizard.environment.busy, patience);
    await expect.poll(() => home.processes(devPython).length, { timeout: patience }).toBeGreaterThan(1);
    end();
    await shell.prompts(exitCode);
    if (exitCode === 0) {
      for (const said of ['ft-wizard --model demo', wizard.farewell.kept]) {
        expect(shell.screen()).toContain(said);
      }
    }
    expect(shell.modes()).toEqual(modes);
    await expect.poll(() => home.processes()).toEqual([shell.pid]);
    shell.type(':\r');
    await shell.prompts(0);
    shell.resize(59, 20);
    expect(await shell.settings()).toBe(settings);
  }
});

test('an error thrown in it gives the terminal back, and is told there', async () => {
  await using home = new Home();
  const shell = await startShell(home, { env: { NODE_OPTIONS: throwingOnSignal } });
  const [settings, modes] = [await shell.settings(), shell.modes()];
  shell.call(['--python', devPython]);
  await shell.waitFor('❯ Go with this run', patience);
  shell.signal('SIGUSR2');
  await shell.prompts(1);
  expect(shell.screen()).toContain('thrown from outside');
  expect(shell.modes()).toEqual(modes);
  expect(await shell.settings()).toBe(settings);
  await expect.poll(() => home.processes()).toEqual([shell.pid]);
});
