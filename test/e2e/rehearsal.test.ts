// Runs that their rehearsal refuses, to their end: told, offered, accepted, trained. CPU ranks have no card to run out of, so the Python that
// carries the run out tells of it in their place, in attempts that are named; all else is the real trainer.
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { keys } from '../ui/terminal.ts';
import { devPython, Home, runProgram, startProgram, startShell } from './harness.ts';
import { ofType, onlyRun, parseLines, readEvents, set, tinyModel } from './runs.ts';

const patience = 120_000;

/** Appends what a rank and the trainer tell that ran out of memory half a GiB above what there is. */
const tellOverflow = `
import datetime, json, pathlib, sys
run, attempt = pathlib.Path(sys.argv[1]), int(sys.argv[2])
plan = json.loads((run / "attempts" / str(attempt) / "plan.json").read_text())
last = len(plan["stages"]) - 1
held = plan["stages"][last]["capacityBytes"] + 2**29
def tell(type, **about):
    time = datetime.datetime.now(datetime.UTC).isoformat().replace("+00:00", "Z")
    with open(run / "events.jsonl", "a") as file:
        file.write(json.dumps({"v": 1, "t": time, "type": type, **about}) + "\\n")
tell("phase", phase="load")
tell("phase", phase="rehearse")
tell("rehearsal", attempt=attempt, rank=last, stage=last, fits=False, reserved_bytes=held, outside_bytes=None,
     seconds=None, busy=None, tokens=0)
tell("error", rank=last, code="out-of-memory", message="this card ran out of memory", fix="Use less.")
sys.exit(1)
`;

/** A Python whose ranks run out of memory in these attempts of any run. */
function refusingPython(home: Home, attempts: readonly number[]): string {
  const code = path.join(home.folder, 'overflow.py');
  writeFileSync(code, tellOverflow);
  // torchrun ... -m ft_trainer train --run-dir RUN --attempt N
  const refused = attempts.map((attempt) => `*'ft_trainer train '*'--attempt ${attempt}'`).join('|');
  home.addCommand(
    'refusing-python',
    `#!/bin/sh
case "$*" in ${refused})
  for last in "$@"; do run=$before; before=$flag; flag=$last; done
  exec '${devPython}' '${code}' "$run" "$last" ;;
esac
exec '${devPython}' "$@"
`,
  );
  return path.join(home.folder, 'bin/refusing-python');
}

/** A training in micro-batches that weigh something. */
function training(home: Home, attempts: readonly number[]): string[] {
  const words = Array.from({ length: 300 }, (_, index) => `word${(7 * index) % 50}`).join(' ');
  const rows = Array.from({ length: 16 }, (_, row) => ({ instruction: `Number ${row}?`, output: words }));
  const dataset = path.join(home.folder, 'rows.json');
  writeFileSync(dataset, JSON.stringify(rows));
  const lora = { 'lora.rank': 4, 'lora.alpha': 8 };
  const large = { split: '4,4', checkpointing: 'full', cutoffLength: 512, batchSize: 8, microBatchSize: 8 };
  const what = ['--model', tinyModel, '--dataset', dataset, '--python', refusingPython(home, attempts)];
  return [...what, ...set({ ...lora, ...large, maxSteps: 1 })];
}

test('without a screen: refused with exit 3, told in text and JSON, accepted by resume', async () => {
  await using home = new Home();
  const told = await runProgram(home, training(home, [1]));
  const run = onlyRun(home);
  expect(told.exitCode).toBe(3);
  expect(told.stdout).toMatch(/rank 1 does not fit: CPU rank 1 needs [\d.]+ GiB or more and has [\d.]+ GiB/);
  expect(told.stdout).toMatch(
    /CPU rank 1 needs [\d.]+ GiB or more and has [\d.]+ GiB\. The nearest plan that fits: micro-batches of 4 instead of 8\./,
  );
  expect(told.stdout).toContain(`Accept it with: ft-wizard resume ${run.id}`);
  expect(run.readStatus()).toMatchObject({ phase: 'failed', exitCode: 3, cause: { key: 'did-not-fit' } });

  expect((await runProgram(home, ['runs'])).stdout).toMatch(
    /did not fit .*\n {2}The rehearsal .*CPU rank 1 needs [\d.]+ GiB or more/,
  );
  const attached = await runProgram(home, ['attach', '--json']);
  expect(attached.exitCode).toBe(3);
  expect(parseLines(attached.stdout).slice(-2)).toMatchObject([
    { type: 'proposal', run: run.id, fits: true, changes: [{ what: 'microBatchSize', now: 4, before: 8 }] },
    { type: 'end', state: 'refused', exitCode: 3 },
  ]);

  const resumed = await runProgram(home, ['resume', '--json']);
  expect(resumed.exitCode).toBe(0);
  const [proposal] = parseLines(resumed.stdout);
  expect(proposal).toMatchObject({ type: 'proposal', changes: [{ what: 'microBatchSize' }] });
  expect(run.readPlan(2)).toMatchObject({
    microBatchSize: 4,
    microBatches: 2,
    accepted: ['microBatchSize=4'],
  });
  expect(run.readPlan(2).training).toEqual(run.readPlan(1).training);
  expect(run.readRecipe().microBatchSize).toBe(8);
  // What the ranks really held is told beside what was planned, before the first step.
  const events = readEvents(run).filter((event) => 'attempt' in event && event.attempt === 2);
  const kinds = events.map(({ type }) => type);
  expect(kinds.filter((type) => type === 'rehearsal')).toHaveLength(2);
  expect(kinds.lastIndexOf('rehearsal')).toBeLessThan(kinds.indexOf('step'));
  expect(existsSync(path.join(run.outputFolder, 'adapter_model.safetensors'))).toBe(true);
  await expect.poll(() => home.processes()).toEqual([]);
});

test('on the screen: offered, left, offered again, accepted twice, trained', async () => {
  await using home = new Home();
  const shell = await startShell(home, { cols: 100, rows: 30 });
  shell.call(training(home, [1, 2]));
  await shell.waitFor(
    /The nearest plan that fits\s[\s\S]*micro-batches of 4 instead of 8[\s\S]*Enter accept/,
    patience,
  );
  const run = onlyRun(home);
  shell.type(keys.escape);
  await shell.prompts(3);
  expect(shell.screen()).toMatch(/Did not fit\.[\s\S]*micro-batches of 4 instead of 8/);
  expect(shell.screen()).toContain(`Go on with it: ft-wizard resume ${run.id}`);
  expect(run.readStatus().attempt).toBe(1);

  // In a small window, and in Chinese.
  const small = startProgram(home, ['attach', '--lang', 'zh'], { cols: 60, rows: 20 });
  await small.waitFor(/最接近的可行方案[\s\S]*微批次大小 4（原为 8）/, patience);
  small.type('q');
  expect(await small.exit).toBe(3);

  // The second attempt does not fit either: what is accepted now comes on top.
  shell.call(['attach']);
  await shell.waitFor(/of 4 instead of 8[\s\S]*Enter accept/, patience);
  shell.type(keys.enter);
  await shell.waitFor(/attempt 2[\s\S]*micro-batches of \d instead of 4[\s\S]*Enter accept/, patience);
  shell.type(keys.enter);
  await shell.waitFor(/attempt 3/, patience);
  await shell.waitFor(/Finished[\s\S]*ft-wizard chat/, patience);
  shell.type(keys.enter);
  await shell.prompts(0);
  expect(shell.screen()).toContain(`Run ${run.id}: Finished. Step 1 of 1`);
  const { microBatchSize, accepted } = run.readPlan(3);
  expect(microBatchSize).toBeLessThan(4);
  expect(accepted).toEqual(['microBatchSize=4', `microBatchSize=${microBatchSize}`]);
  expect(ofType(readEvents(run), 'step').map(({ attempt, step }) => [attempt, step])).toEqual([[3, 1]]);
  await expect.poll(() => home.processes()).toEqual([shell.pid]);
});
