import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/plan/schema.ts';
import { torchrunCommand } from '../../../src/run/command.ts';
import { sizeOf } from '../../../src/run/events-file.ts';
import { readJob } from '../../../src/run/supervisor/job.ts';
import { cpuPlan, makeRun, script, setEnvironment, temporaryFolder } from '../fixtures.ts';

const onCards: Plan = {
  ...cpuPlan,
  device: 'cuda',
  ranks: [0, 1].map((rank) => ({
    rank,
    host: 'localhost',
    replica: 0,
    stage: rank,
    gpu: { uuid: `GPU-${rank}`, index: rank, name: 'Tesla P40' },
  })),
};

describe('readJob', () => {
  it('asks for what plan and recipe ask for, and no more', () => {
    const run = makeRun();
    const job = readJob(run, '/env/bin/python');
    expect(job).toMatchObject({ attempt: 1, download: null, answer: null, recordTelemetry: null });
    expect(job.train.args).toEqual([
      ...[
        '-m',
        'torch.distributed.run',
        '--standalone',
        '--nproc-per-node',
        '1',
        '--local-addr',
        '127.0.0.1',
      ],
      ...['-m', 'ft_trainer', 'train', '--run-dir', run.path, '--attempt', '1'],
    ]);
  });

  it('fetches a model that is not on disk, and answers prompts on the device of the plan', () => {
    const model = { ...cpuPlan.model, path: null };
    const run = makeRun({ prompts: ['who are you?'], plan: { ...cpuPlan, model } });
    const { download, answer } = readJob(run, '/env/bin/python');
    expect(download?.args).toEqual([
      '-m',
      'ft_trainer',
      'download',
      '--model',
      'org/Tiny-Llama',
      '--run-dir',
      run.path,
    ]);
    expect(answer?.args.slice(2)).toEqual(['chat', '--run-dir', run.path, '--compare', '--device', 'cpu']);
  });

  it('fetches nothing for random weights, and asks nothing of them', () => {
    const model = { ...cpuPlan.model, path: null, weights: 'random' as const };
    const run = makeRun({ prompts: ['who are you?'], plan: { ...cpuPlan, model } });
    expect(readJob(run, '/env/bin/python')).toMatchObject({ download: null, answer: null });
  });

  it('records the cards of the plan, not the others of the box', async () => {
    const folder = temporaryFolder();
    const line = (uuid: string) => `echo '${uuid}, 1024, 24576, 97, 61, 240.5, 250.0, [N/A], 1303'`;
    script(folder, 'nvidia-smi', `${line('GPU-0')}; ${line('GPU-7')}; ${line('GPU-1')}; exec sleep 60`);
    setEnvironment({ PATH: `${folder}:${process.env.PATH}` });
    const run = makeRun({ plan: onCards });
    const leaving = new AbortController();
    const recorded = readJob(run, 'python').recordTelemetry?.(leaving.signal);
    while (sizeOf(run.telemetryFile) === 0) await sleep(10);
    await sleep(50);
    leaving.abort();
    expect(await recorded).toBeNull();
    const readings = readFileSync(run.telemetryFile, 'utf8').trim().split('\n');
    expect(readings.map((text) => JSON.parse(text).uuid)).toEqual(['GPU-0', 'GPU-1']);
  });
});

describe('torchrunCommand', () => {
  it('shares the cores among the ranks, at least one each, unless the user has said how many', () => {
    setEnvironment({ OMP_NUM_THREADS: '' });
    delete process.env.OMP_NUM_THREADS;
    const threads = (ranks: number) => torchrunCommand('python', ranks, [], 16).env.OMP_NUM_THREADS;
    expect([threads(1), threads(3), threads(32)]).toEqual(['16', '5', '1']);
    setEnvironment({ OMP_NUM_THREADS: '2' });
    expect(threads(1)).toBe('2');
  });

  it('counts cards as nvidia-smi does', () => {
    expect(torchrunCommand('python', 2, [], 2).env.CUDA_DEVICE_ORDER).toBe('PCI_BUS_ID');
  });
});
