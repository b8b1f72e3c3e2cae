import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Home, runProgram } from './harness.ts';
import { loadResult, ofType, onlyRun, parseLines, readEvents, set, tinyModel, training } from './runs.ts';

const question = 'Who are you?';

test('LoRA over three uneven stages: what PEFT loads is what was trained', async () => {
  await using home = new Home();
  const args = [
    ...training({ split: '2,5,1', maxSteps: 24, saveSteps: 12, evalRatio: 0.1, learningRate: 0.01 }),
    ...set({ prompts: JSON.stringify([question]), 'lora.targets': 'all-linear' }),
  ];
  const { stdout, stderr, exitCode } = await runProgram(home, [...args, '--json']);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });

  const run = onlyRun(home);
  const plan = run.readPlan(1);
  const events = readEvents(run);
  // Programs see the run, every event as it is in the file, and the end, and no line that is anything else.
  const lines = parseLines(stdout);
  expect(lines[0]).toEqual({ type: 'run', id: run.id, path: run.path });
  expect(lines.slice(1, -1)).toEqual(events);
  expect(lines.at(-1)).toEqual({
    type: 'end',
    run: run.id,
    state: 'done',
    exitCode: 0,
    reason: null,
    output: run.outputFolder,
  });
  expect(run.readStatus()).toMatchObject({ phase: 'done', exitCode: 0, attempt: 1, trainer: null });

  // What was planned is what was counted, to the byte.
  expect(plan.stages.map(({ layers }) => layers)).toEqual([
    [0, 2],
    [2, 7],
    [7, 8],
  ]);
  const planned = plan.stages.map(({ breakdown: { weights, trainables, gradients, optimizer } }) => ({
    weights,
    trainables,
    gradients,
    optimizer,
  }));
  const loads = ofType(events, 'load');
  expect(loads.map(({ accounted }) => accounted)).toEqual(planned);
  expect(loads.map(({ layers }) => layers)).toEqual(plan.stages.map(({ layers }) => layers));

  const steps = ofType(events, 'step');
  expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
  expect(steps.at(-1)!.loss).toBeLessThan(steps[0]!.loss! / 2);
  expect(ofType(events, 'stage')).toHaveLength(24 * 3);
  expect(ofType(events, 'checkpoint').map(({ step }) => step)).toEqual([12, 24]);
  const [early, late] = ofType(events, 'eval');
  expect(late!.loss).toBeLessThan(early!.loss);

  const loaded = await loadResult(tinyModel, run.outputFolder, question);
  expect(loaded.difference).toBeGreaterThan(1);
  expect(loaded.after).not.toBe(loaded.before);
  expect(ofType(events, 'answer')).toMatchObject([
    { prompt: question, before: loaded.before, after: loaded.after },
  ]);
  expect(readdirSync(run.outputFolder)).toEqual(expect.arrayContaining(['loss.png', 'tokenizer.json']));
  await expect.poll(() => home.processes()).toEqual([]);
});

test('freeze-tuning leaves a whole checkpoint in which only the last layers differ', async () => {
  await using home = new Home();
  const result = path.join(home.folder, 'my model');
  const args = training({ split: '3,4,1', maxSteps: 12, 'freeze.layers': 2, learningRate: 0.003 });
  const { stdout, stderr, exitCode } = await runProgram(home, [
    ...args,
    ...set({ method: 'freeze', output: 'my model' }),
  ]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });

  // A log for people: no control characters, and the way from the plan to what to do next.
  expect(stdout).not.toContain('\x1b');
  const told = ['It fits.', 'Loading the model', '  step 12/12', 'Trained: 12 steps', `"${result}"`];
  expect(told.filter((text) => !stdout.includes(text))).toEqual([]);

  const loaded = await loadResult(tinyModel, result, question);
  expect(loaded.difference).toBeGreaterThan(0.1);
  const layers = new Set(loaded.changed.map((name) => /^model\.layers\.(\d+)\./.exec(name)?.[1]));
  expect([...layers].sort()).toEqual(['6', '7']);
  const config = (folder: string) => JSON.parse(readFileSync(path.join(folder, 'config.json'), 'utf8'));
  expect(config(result)).toEqual(config(tinyModel));
});
