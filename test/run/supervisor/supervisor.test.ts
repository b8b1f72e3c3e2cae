import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Command } from '../../../src/run/command.ts';
import { killRanks, killRun, postRequest, requestStop } from '../../../src/run/control.ts';
import type { RunDirectory } from '../../../src/run/directory.ts';
import { inspectRun, runMark } from '../../../src/run/lifecycle.ts';
import { findMarked, isAlive } from '../../../src/run/process-identity.ts';
import { type Supervision, Supervisor } from '../../../src/run/supervisor/supervisor.ts';
import { eventLine, makeRun, script } from '../fixtures.ts';

const pace = { poll: 20, heartbeat: 50, stopGrace: 5_000, killGrace: 300 };

/** A trainer in `sh`, working in the run directory as the real one does. */
function shell(run: RunDirectory, name: string, body: string): Command {
  return { file: script(run.path, name, body), args: [], env: { GREETING: 'hello' } };
}

function supervise(run: RunDirectory, train: string, rest: Partial<Supervision> = {}): Supervisor {
  onTestFinished(() => killRanks(run, null));
  const job = {
    run,
    attempt: 1,
    download: null,
    answer: null,
    shareCards: null,
    recordTelemetry: null,
    pace,
  };
  return new Supervisor({ ...job, train: shell(run, 'train.sh', train), ...rest });
}

const say = (event: Parameters<typeof eventLine>[0]) =>
  `printf '%s\\n' '${eventLine(event).trim()}' >> events.jsonl`;
const finished = say({ type: 'done', reason: 'finished', step: 1, loss: 1, seconds: 1, output: '/out' });
const stopped = say({ type: 'done', reason: 'stopped', step: 7, loss: 1, seconds: 1, output: null });
/** As the ranks do: act, then take the request away. */
const untilStopped = `while [ ! -e control/stop ]; do sleep 0.02; done; rm control/stop; ${stopped}`;

const journal = (run: RunDirectory) =>
  readFileSync(run.supervisorFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).what);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

describe('Supervisor', () => {
  it('runs download, training and answers in turn, output into the log', async () => {
    const run = makeRun();
    const status = await supervise(run, `echo "$GREETING from $PWD"; echo problem >&2; ${finished}`, {
      download: shell(run, 'download.sh', 'echo fetched'),
      answer: shell(run, 'answer.sh', 'echo answered'),
    }).run();
    expect(status).toMatchObject({ phase: 'done', exitCode: 0, reason: null, trainer: null });
    expect(run.readStatus()).toEqual(status);
    expect(readFileSync(run.logFile, 'utf8')).toBe(`fetched\nhello from ${run.path}\nproblem\nanswered\n`);
    const phases = readFileSync(run.supervisorFile, 'utf8').match(/"what":"phase","phase":"\w+"/g);
    expect(phases?.join()).toMatch(/downloading.*training.*answering.*done/);
  });

  it('shows who trains while it lasts, and beats', async () => {
    const run = makeRun();
    const end = supervise(run, `sleep 0.4; ${finished}`).run();
    await until(() => run.readStatus().trainer !== null);
    const first = run.readStatus();
    expect(first.phase).toBe('training');
    expect(isAlive(first.trainer!)).toBe(true);
    expect(first.supervisor.pid).toBe(process.pid);
    await until(() => run.readStatus().updated !== first.updated);
    expect(inspectRun(run)).toMatchObject({ state: 'training', live: true, supervised: true });
    await end;
    expect(inspectRun(run)).toMatchObject({ state: 'done', live: false, exitCode: 0 });
  });

  it('stops with a checkpoint on request', async () => {
    const run = makeRun();
    const end = supervise(run, untilStopped).run();
    await until(() => run.readStatus().phase === 'training');
    requestStop(run);
    expect(await end).toMatchObject({
      phase: 'stopped',
      exitCode: 0,
      reason: 'Stopped with a checkpoint at step 7.',
    });
  });

  it('takes a signal for the same request', async () => {
    const run = makeRun();
    const supervisor = supervise(run, untilStopped);
    const end = supervisor.run();
    await until(() => run.readStatus().phase === 'training');
    supervisor.stop();
    expect(await end).toMatchObject({ phase: 'stopped', exitCode: 0 });
  });

  it('kills a trainer that does not stop within the grace time, deaf to SIGTERM or not', async () => {
    const run = makeRun();
    const end = supervise(run, `trap '' TERM; while :; do sleep 0.05; done`, {
      pace: { ...pace, stopGrace: 100 },
    }).run();
    await until(() => run.readStatus().phase === 'training');
    requestStop(run);
    expect(await end).toMatchObject({ phase: 'stopped', exitCode: 130 });
    expect(findMarked(runMark, run.path)).toEqual([]);
  });

  it('ends at once when killed', async () => {
    const run = makeRun();
    const end = supervise(run, 'sleep 60').run();
    await until(() => run.readStatus().phase === 'training');
    await killRun(run);
    expect(await end).toMatchObject({
      phase: 'stopped',
      exitCode: 130,
      reason: expect.stringContaining('Killed'),
    });
    expect(existsSync(join(run.controlFolder, 'kill'))).toBe(false);
  });

  it('leaves no rank behind when the trainer dies, not even one in a session of its own', async () => {
    const run = makeRun();
    const status = await supervise(run, 'setsid sleep 60 & echo "RuntimeError: broken" >&2; exit 1').run();
    expect(status).toMatchObject({
      phase: 'failed',
      exitCode: 1,
      reason: 'RuntimeError: broken (see trainer.log)',
    });
    await until(() => findMarked(runMark, run.path).length === 0);
  });

  it('does not train when the download fails, and says why', async () => {
    const run = makeRun();
    const report =
      '{"type": "error", "code": "hub-unreachable", "message": "No answer.", "fix": "Set HF_ENDPOINT."}';
    const status = await supervise(run, 'echo trained', {
      download: shell(run, 'download.sh', `echo '${report}'; exit 4`),
    }).run();
    expect(status).toMatchObject({ phase: 'failed', exitCode: 4, reason: 'No answer. Set HF_ENDPOINT.' });
    expect(readFileSync(run.logFile, 'utf8')).not.toContain('trained');
  });

  it('ends the download when asked to stop', async () => {
    const run = makeRun();
    const end = supervise(run, 'echo trained', { download: shell(run, 'download.sh', 'sleep 60') }).run();
    await until(() => run.readStatus().phase === 'downloading');
    postRequest(run, 'stop');
    expect(await end).toMatchObject({ phase: 'stopped', exitCode: 130 });
    expect(readFileSync(run.logFile, 'utf8')).not.toContain('trained');
  });

  it('keeps a result whose prompts could not be answered', async () => {
    const run = makeRun();
    const status = await supervise(run, finished, { answer: shell(run, 'answer.sh', 'exit 1') }).run();
    expect(status).toMatchObject({
      phase: 'done',
      exitCode: 0,
      reason: expect.stringContaining('could not be answered'),
    });
  });

  it('says that a program is not there', async () => {
    const run = makeRun();
    const status = await supervise(run, '', { train: { file: '/nowhere/python', args: [], env: {} } }).run();
    expect(status).toMatchObject({ phase: 'failed', exitCode: 1, reason: expect.stringContaining('ENOENT') });
  });

  it('judges by this attempt alone', async () => {
    const run = makeRun();
    await supervise(run, stopped).run();
    const again = await supervise(run, 'exit 1').run();
    expect(again).toMatchObject({ phase: 'failed', reason: expect.stringContaining('exit code 1') });
  });

  it('records telemetry while it works, and goes on without', async () => {
    const run = makeRun();
    let signal: AbortSignal | undefined;
    const recordTelemetry = (given: AbortSignal) => {
      signal = given;
      return Promise.resolve('nvidia-smi is gone');
    };
    expect(await supervise(run, finished, { recordTelemetry }).run()).toMatchObject({ phase: 'done' });
    expect(signal?.aborted).toBe(true);
    expect(journal(run)).toContain('telemetry-ended');
  });
});

describe('a run without its supervisor', () => {
  /** A process in the role of torchrun, started by nobody who lives. */
  async function orphan(run: RunDirectory, body: string): Promise<void> {
    onTestFinished(() => killRanks(run, null));
    const child = spawn(script(run.path, 'orphan.sh', body), {
      cwd: run.path,
      env: { ...process.env, [runMark]: run.path },
      detached: true,
      stdio: 'ignore',
    });
    child.unref();
    run.writeStatus({ ...run.readStatus(), phase: 'training', supervisor: { pid: 1, started: 'long ago' } });
    await until(() => findMarked(runMark, run.path).length > 0);
  }

  it('goes on, and can be stopped', async () => {
    const run = makeRun();
    await orphan(run, untilStopped);
    expect(inspectRun(run)).toMatchObject({ state: 'training', live: true, supervised: false });
    requestStop(run);
    await until(() => !inspectRun(run).live);
    expect(inspectRun(run)).toMatchObject({ state: 'stopped', exitCode: 0, reason: 'Stopped after step 7.' });
  });

  it('can be killed, and is lost then', async () => {
    const run = makeRun();
    await orphan(run, 'sleep 60');
    await killRun(run, 50);
    expect(inspectRun(run)).toMatchObject({ state: 'lost', live: false, exitCode: 1 });
    expect(() => requestStop(run)).toThrow(expect.objectContaining({ code: 'run-not-live', exitCode: 2 }));
  });

  it('is judged by its heartbeat when it runs on another host', () => {
    const run = makeRun();
    const status = { ...run.readStatus(), phase: 'training' as const, host: 'elsewhere' };
    run.writeStatus(status);
    expect(inspectRun(run)).toMatchObject({ state: 'training', live: true });
    run.writeStatus({ ...status, updated: '2020-01-01T00:00:00Z' });
    expect(inspectRun(run)).toMatchObject({
      state: 'lost',
      reason: 'Nothing has been heard from elsewhere.',
    });
  });
});
