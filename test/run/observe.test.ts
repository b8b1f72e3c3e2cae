import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Observation, observeRun } from '../../src/run/observe.ts';
import { eventLine, makeRun, stepEvent } from './fixtures.ts';

function observe(run: ReturnType<typeof makeRun>, signal = new AbortController().signal) {
  const seen: Observation[] = [];
  const settled: boolean[] = [];
  const ended = observeRun(
    run,
    (observation, isSettled) => {
      seen.push(observation);
      settled.push(isSettled);
    },
    signal,
  );
  return { seen, settled, ended };
}

const steps = (seen: Observation[]) =>
  seen.flatMap(({ events }) => events.flatMap((event) => (event.type === 'step' ? event.step : [])));

describe('observeRun', () => {
  it('gives the history at once, then what comes, log and readings with it, and ends with the run', async () => {
    const run = makeRun();
    writeFileSync(run.eventsFile, [1, 2].map((step) => eventLine(stepEvent(step))).join(''));
    writeFileSync(run.logFile, 'hello\n');
    writeFileSync(run.telemetryFile, '{"uuid":"GPU-0"}\nhalf a li\n');
    const { seen, ended } = observe(run);
    await sleep(100);
    expect(steps(seen)).toEqual([1, 2]);
    expect(seen.flatMap(({ log }) => log)).toEqual(['hello']);
    expect(seen.flatMap(({ readings }) => readings)).toEqual([{ uuid: 'GPU-0' }]);
    expect(seen.at(-1)?.lifecycle.live).toBe(true);
    appendFileSync(run.eventsFile, eventLine(stepEvent(3)));
    appendFileSync(run.logFile, 'bye\n');
    run.writeStatus({ ...run.readStatus(), phase: 'done', exitCode: 0 });
    await ended;
    expect(steps(seen)).toEqual([1, 2, 3]);
    expect(seen.at(-1)).toMatchObject({ log: ['bye'], lifecycle: { state: 'done', live: false } });
  });

  it('hands a long history over in parts, of which only the last is worth drawing', async () => {
    const run = makeRun();
    const lines = Array.from({ length: 10_000 }, (_, at) => eventLine(stepEvent(at + 1)));
    writeFileSync(run.eventsFile, lines.join(''));
    run.writeStatus({ ...run.readStatus(), phase: 'done', exitCode: 0 });
    const { seen, settled, ended } = observe(run);
    await ended;
    expect(steps(seen)).toHaveLength(10_000);
    expect(settled.length).toBeGreaterThan(3);
    expect(settled.indexOf(true)).toBe(settled.length - 1);
  });

  it('takes the plan of the attempt that is under way', async () => {
    const run = makeRun();
    run.writeStatus({ ...run.readStatus(), phase: 'stopped', exitCode: 0 });
    const { seen, ended } = observe(run);
    await ended;
    expect(seen.at(-1)?.plan).toEqual(run.readPlan(1));
  });

  it('ends on the signal', async () => {
    const leaving = new AbortController();
    const { ended } = observe(makeRun(), leaving.signal);
    await sleep(20);
    leaving.abort();
    await ended;
  });

  it('fails when the run directory is taken away', async () => {
    const run = makeRun();
    const { ended } = observe(run);
    const failure = expect(ended).rejects.toMatchObject({ code: 'run-broken' });
    rmSync(run.statusFile);
    await failure;
  });
});
