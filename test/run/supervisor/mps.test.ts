import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { readJob } from '../../../src/run/supervisor/job.ts';
import { startMps } from '../../../src/run/supervisor/mps.ts';
import { Supervisor } from '../../../src/run/supervisor/supervisor.ts';
import { cpuPlan, eventLine, makeRun, script, setEnvironment, temporaryFolder } from '../fixtures.ts';

/** A control daemon that notes how it is called and what it is told, and its log file. */
function useDaemon(body = ''): string {
  const folder = temporaryFolder();
  const calls = join(folder, 'calls');
  const note = `echo "$* $CUDA_VISIBLE_DEVICES $CUDA_MPS_PIPE_DIRECTORY $CUDA_MPS_LOG_DIRECTORY" >> ${calls}`;
  script(folder, 'nvidia-cuda-mps-control', `${body}\n${note}\n[ "$1" = -d ] || cat >> ${calls}`);
  setEnvironment({ PATH: `${folder}:${process.env.PATH}` });
  return calls;
}

const shared = { uuid: 'GPU-7', index: 0, name: '24 GiB of NVIDIA H200' };
const plan = {
  ...cpuPlan,
  device: 'cuda' as const,
  ranks: cpuPlan.ranks.map((rank) => ({
    ...rank,
    gpu: { ...shared, emulated: { memoryLimitBytes: 2 ** 30, smPercent: 12 } },
  })),
};

describe('startMps', () => {
  it('starts a daemon of its own for those cards, and ends it', async () => {
    const calls = useDaemon();
    const run = temporaryFolder();
    const { env, stop } = await startMps(['GPU-7', 'GPU-8'], run);
    const pipes = env.CUDA_MPS_PIPE_DIRECTORY!;
    expect(pipes.length).toBeLessThan(80);
    expect(existsSync(pipes)).toBe(true);
    await stop();
    expect(readFileSync(calls, 'utf8')).toBe(
      `-d GPU-7,GPU-8 ${pipes} ${join(run, 'mps')}\n  ${pipes} \nquit -t 5\n`,
    );
    expect(existsSync(pipes)).toBe(false);
  });

  it('ends what a supervisor that was killed has left, but not while its ranks still train', async () => {
    const calls = useDaemon();
    const run = temporaryFolder();
    const { env } = await startMps(['GPU-7'], run);
    const pipes = env.CUDA_MPS_PIPE_DIRECTORY!;
    const mine = readFileSync(join(pipes, 'owner.json'), 'utf8');
    const gone = { ...JSON.parse(mine), supervisor: { pid: 2 ** 22 + 1, started: 'long ago' } };
    writeFileSync(join(pipes, 'owner.json'), JSON.stringify(gone));
    const rank = execa('sleep', ['60'], { env: { FT_WIZARD_RUN: run }, reject: false });
    await (await startMps(['GPU-7'], temporaryFolder())).stop();
    expect(existsSync(pipes)).toBe(true);

    rank.kill();
    await rank;
    const other = await startMps(['GPU-7'], temporaryFolder());
    expect(existsSync(pipes)).toBe(false);
    expect(readFileSync(calls, 'utf8')).toContain(` ${pipes} \nquit -t 5`);
    await (await startMps(['GPU-7'], temporaryFolder())).stop();
    expect(existsSync(other.env.CUDA_MPS_PIPE_DIRECTORY!)).toBe(true);
    await other.stop();
  });

  it('says what is missing', async () => {
    setEnvironment({ PATH: temporaryFolder() });
    await expect(startMps(['GPU-7'], temporaryFolder())).rejects.toThrow(/not installed.*--emulate/);
    useDaemon('exit 3');
    await expect(startMps(['GPU-7'], temporaryFolder())).rejects.toThrow(/ended with 3/);
  });
});

describe('the supervisor', () => {
  const done = eventLine({
    type: 'done',
    reason: 'finished',
    step: 1,
    loss: 1,
    seconds: 1,
    output: null,
  }).trim();

  function supervise(body: string) {
    const run = makeRun({ plan });
    const job = readJob(run, 'python');
    const train = { file: script(run.path, 'train.sh', body), args: [], env: {} };
    return new Supervisor({ ...job, train, recordTelemetry: null }).run();
  }

  it('divides the card among the ranks while they train', async () => {
    const calls = useDaemon();
    const seen = join(temporaryFolder(), 'seen');
    const status = await supervise(
      `echo "$CUDA_MPS_PIPE_DIRECTORY" > ${seen}; cat ${calls} >> ${seen}; printf '%s\\n' '${done}' >> events.jsonl`,
    );
    expect(status.phase).toBe('done');
    const [pipes, ...before] = readFileSync(seen, 'utf8').trim().split('\n');
    expect(before).toEqual([expect.stringMatching(`^-d GPU-7 ${pipes}`)]);
    expect(readFileSync(calls, 'utf8').trim().split('\n').at(-1)).toBe('quit -t 5');
  });

  it('ends the daemon when the training fails, and fails where there is none', async () => {
    const calls = useDaemon();
    expect((await supervise('exit 1')).phase).toBe('failed');
    expect(readFileSync(calls, 'utf8')).toContain('quit');
    useDaemon('exit 3');
    expect(await supervise('exit 0')).toMatchObject({
      phase: 'failed',
      reason: expect.stringContaining('nvidia-cuda-mps-control'),
    });
  });

  it('needs it for shares alone', () => {
    const whole = { ...plan, ranks: plan.ranks.map((rank) => ({ ...rank, gpu: shared })) };
    expect(readJob(makeRun({ plan: whole }), 'python').shareCards).toBeNull();
  });
});
