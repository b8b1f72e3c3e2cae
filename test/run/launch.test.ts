import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { killRanks, killRun, postRequest, requestStop } from '../../src/run/control.ts';
import type { RunDirectory } from '../../src/run/directory.ts';
import { launchRun, prepareResume } from '../../src/run/launch.ts';
import { inspectRun, runMark } from '../../src/run/lifecycle.ts';
import { findMarked, isAlive } from '../../src/run/process-identity.ts';
import { cpuPlan, eventLine, makeRun, script } from './fixtures.ts';

const stopped = eventLine({
  type: 'done',
  reason: 'stopped',
  step: 7,
  loss: 1,
  seconds: 1,
  output: null,
}).trim();

/** A Python whose torchrun trains until it is asked to stop. */
function fakePython(run: RunDirectory): string {
  onTestFinished(() => killRanks(run, null));
  const train = `while [ ! -e control/stop ]; do sleep 0.02; done; rm control/stop; echo '${stopped}' >> events.jsonl`;
  return script(run.path, 'python', `echo "$@"; ${train}`);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

describe('launchRun', () => {
  it('returns when a detached supervisor has taken over, which runs the whole command line', async () => {
    const run = makeRun();
    await launchRun(run, { python: fakePython(run) });
    const { supervisor } = run.readStatus();
    expect(supervisor.pid).not.toBe(process.pid);
    expect(isAlive(supervisor)).toBe(true);
    await until(() => run.readStatus().phase === 'training');
    requestStop(run);
    await until(() => !inspectRun(run).live);
    expect(run.readStatus()).toMatchObject({ phase: 'stopped', exitCode: 0 });
    expect(readFileSync(run.logFile, 'utf8')).toMatch(
      /^-m torch\.distributed\.run --standalone --nproc-per-node 1 .*-m ft_trainer train --run-dir \S+ --attempt 1$/m,
    );
    await until(() => !isAlive(supervisor));
  });

  it('stops with a checkpoint when the supervisor gets SIGTERM', async () => {
    const run = makeRun();
    await launchRun(run, { python: fakePython(run) });
    await until(() => run.readStatus().phase === 'training');
    process.kill(run.readStatus().supervisor.pid, 'SIGTERM');
    await until(() => !inspectRun(run).live);
    expect(run.readStatus()).toMatchObject({ phase: 'stopped', exitCode: 0 });
  });

  it('lets the training go on when the supervisor is killed', async () => {
    const run = makeRun();
    await launchRun(run, { python: fakePython(run) });
    await until(() => run.readStatus().phase === 'training');
    const { supervisor, trainer } = run.readStatus();
    process.kill(supervisor.pid, 'SIGKILL');
    await until(() => !isAlive(supervisor));
    expect(isAlive(trainer!)).toBe(true);
    expect(inspectRun(run)).toMatchObject({ state: 'training', live: true, supervised: false });
    expect(() => prepareResume(run)).toThrow(expect.objectContaining({ code: 'run-in-use' }));
    requestStop(run);
    await until(() => !inspectRun(run).live);
    expect(inspectRun(run)).toMatchObject({ state: 'stopped', exitCode: 0 });
  });

  it('hands on what a supervisor says that cannot start', async () => {
    const run = makeRun();
    writeFileSync(run.planFile(1), '{}');
    await expect(launchRun(run, { python: 'python3' })).rejects.toMatchObject({
      code: 'launch-failed',
      exitCode: 4,
      message: expect.stringContaining('plan.json cannot be read'),
    });
  });
});

describe('prepareResume', () => {
  const ended = (run: RunDirectory, phase: 'stopped' | 'done') =>
    run.writeStatus({ ...run.readStatus(), phase, exitCode: 0, reason: 'x' });

  it('makes another attempt with the same plan, and forgets old requests', () => {
    const run = makeRun();
    ended(run, 'stopped');
    postRequest(run, 'stop');
    expect(prepareResume(run)).toBe(2);
    expect(run.readPlan(2)).toEqual(run.readPlan(1));
    expect(run.readStatus()).toMatchObject({ phase: 'preparing', attempt: 2, exitCode: null, reason: null });
    expect(() => prepareResume(run)).toThrow(expect.objectContaining({ code: 'run-in-use', exitCode: 2 }));
  });

  it('takes another plan, for other cards', () => {
    const run = makeRun();
    ended(run, 'stopped');
    expect(prepareResume(run, { ...cpuPlan, microBatches: 4 })).toBe(2);
    expect(run.readPlan(2).microBatches).toBe(4);
    expect(run.readPlan(1).microBatches).toBe(1);
  });

  it('has nothing to do for a finished run', () => {
    const run = makeRun();
    ended(run, 'done');
    expect(() => prepareResume(run)).toThrow(expect.objectContaining({ code: 'run-finished', exitCode: 2 }));
  });

  it('refuses a run directory in use', async () => {
    const run = makeRun();
    await launchRun(run, { python: fakePython(run) });
    expect(() => prepareResume(run)).toThrow(expect.objectContaining({ code: 'run-in-use', exitCode: 2 }));
    await killRun(run, 0);
    await until(() => findMarked(runMark, run.path).length === 0 && !inspectRun(run).live);
  });
});
