import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Card } from '../../../src/hardware/card.ts';
import { ensureEnvironment } from '../../../src/run/environment/environment.ts';
import { identify } from '../../../src/run/process-identity.ts';
import { setup } from '../../../src/words/en/environments.ts';
import { makeCard, script, setEnvironment, temporaryFolder } from '../fixtures.ts';

const probe = {
  python: '3.11.7',
  torch: '2.13.0',
  transformers: '5.18.0',
  peft: '0.21.0',
  accelerate: '1.15.0',
  safetensors: '0.8.0',
  'huggingface-hub': '2.4.0',
  msgspec: '0.22.0',
  numpy: '2.4.6',
  matplotlib: '3.11.2',
  tensorboard: '2.21.0',
  jinja2: '3.1.6',
  sentencepiece: '0.2.3',
  cuda: null,
  archList: [],
  broken: null,
};

/** The few programs that the scripts need: no Python of this host may be found beside the stand-in. */
function shellTools(): string {
  const folder = temporaryFolder();
  for (const name of ['mkdir', 'cp', 'dirname', 'sleep']) symlinkSync(`/bin/${name}`, join(folder, name));
  return folder;
}

/** A machine whose python3, pip and uv are `sh` scripts that write down how they are called. */
function standIn({
  index = 0,
  pip = 'echo Collecting "$@"',
  venv = true,
  found = probe as object,
  uv = 'exit 1',
} = {}) {
  const folder = temporaryFolder();
  const calls = join(folder, 'calls');
  writeFileSync(calls, '');
  script(
    folder,
    'python3',
    `case "$*" in
      *ensurepip*) echo '["${folder}/python3", 3, 11, ${venv}]' ;;
      *urllib*) echo probe-index >> ${calls}; exit ${index} ;;
      *'-m venv'*) echo "$@" >> ${calls}; mkdir -p "$4/bin"; cp "$0" "$4/bin/python" ;;
      *'-m pip'*) echo "$@" >> ${calls}; ${pip} ;;
      *'-m ft_trainer probe'*) echo '${JSON.stringify(found)}' ;;
    esac`,
  );
  script(folder, 'uv', uv === 'exit 1' ? uv : `echo uv "$@" >> ${calls}; ${uv}`);
  const data = join(folder, 'data');
  setEnvironment({ PATH: `${folder}:${shellTools()}`, XDG_DATA_HOME: data });
  const progress: string[] = [];
  return {
    folder,
    progress,
    calls: () => readFileSync(calls, 'utf8').trim().split('\n'),
    ensure: (cards: Card[] = [], signal?: AbortSignal) =>
      ensureEnvironment({
        cards,
        onProgress: (news) => progress.push(setup(news)),
        ...(signal && { signal }),
      }),
  };
}

describe('ensureEnvironment', () => {
  it('makes a private environment, torch first, and finds it again without starting anything', async () => {
    const machine = standIn();
    const made = await machine.ensure();
    expect(made.torch).toBe('2.13.0');
    expect(made.python).toMatch(/envs\/cpu-2\.13\.0-[0-9a-f]{8}\/bin\/python$/);
    const calls = machine.calls();
    expect(calls.map((call) => call.replace(/\/\S*\/(python\/)?/g, ''))).toEqual([
      'probe-index',
      expect.stringMatching(/^-I -m venv cpu-2\.13\.0-/),
      expect.stringMatching(/^-I -m pip install --progress-bar off torch==2\.13\.0 --index-url https:cpu$/),
      '-I -m pip install --progress-bar off -r requirements.txt',
    ]);
    expect(machine.progress).toContain('Creating the environment');
    expect(machine.progress.some((line) => line.startsWith('Collecting'))).toBe(true);

    const before = performance.now();
    expect(await machine.ensure()).toEqual(made);
    expect(performance.now() - before).toBeLessThan(100);
    expect(machine.calls()).toEqual(calls);
  });

  it('uses uv where there is one', async () => {
    const make = `case "$1" in venv) mkdir -p "$4/bin"; cp "$(dirname "$0")/python3" "$4/bin/python" ;; esac`;
    const machine = standIn({ uv: make });
    await machine.ensure();
    expect(
      machine
        .calls()
        .filter((call) => call.startsWith('uv '))
        .map((call) => call.split(' ').slice(0, 3).join(' ')),
    ).toEqual(['uv --version', 'uv venv --python', 'uv pip install', 'uv pip install']);
  });

  it('names an index that does not answer, and takes what pip can reach', async () => {
    const machine = standIn({ index: 1 });
    await machine.ensure();
    expect(machine.progress[0]).toContain(
      "PyTorch's index https://download.pytorch.org/whl/cpu does not answer",
    );
    expect(machine.calls()[2]).toMatch(/pip install --progress-bar off torch==2\.13\.0$/);
  });

  it('does not take a CPU torch for a card, and says where the right one is', async () => {
    const machine = standIn({ index: 1 });
    await expect(machine.ensure([makeCard('Tesla P40', '6.1')])).rejects.toMatchObject({
      code: 'environment-unsuitable',
      exitCode: 4,
      message: expect.stringMatching(/built without CUDA.*torch==2\.13\.0\+cu126.*whl\/cu126/),
    });
  });

  it('takes imagined cards for none', async () => {
    const machine = standIn();
    const { python } = await machine.ensure([{ ...makeCard('Tesla P40', '6.1'), imagined: true }]);
    expect(python).toContain('envs/cpu-');
  });

  it('rebuilds a half-made one', async () => {
    const machine = standIn({ pip: 'exit 1' });
    await expect(machine.ensure()).rejects.toMatchObject({ exitCode: 4 });
    const again = standIn();
    setEnvironment({ XDG_DATA_HOME: join(machine.folder, 'data') });
    const { python } = await again.ensure();
    expect(existsSync(python)).toBe(true);
    expect(again.calls()).toHaveLength(4);
  });

  it('is made once by two at a time', async () => {
    const machine = standIn({ pip: 'sleep 0.2' });
    const [one, two] = await Promise.all([machine.ensure(), machine.ensure()]);
    expect(one).toEqual(two);
    expect(machine.calls().filter((call) => call.includes('-m venv'))).toHaveLength(1);
    expect(machine.progress.some((line) => line.startsWith('Another ft-wizard'))).toBe(true);
  });

  it('takes over the lock of a process that died', async () => {
    const machine = standIn();
    const { python } = await machine.ensure();
    const folder = join(python, '../..');
    rmSync(join(folder, 'ft-wizard.json'));
    writeFileSync(`${folder}.lock`, JSON.stringify({ pid: 1, started: 'long ago' }));
    expect((await machine.ensure()).python).toBe(python);
    expect(existsSync(`${folder}.lock`)).toBe(false);
  });

  it('is given up with all that is at work for it, and made anew the next time', async () => {
    // A pip that has started another program; neither listens.
    const pids = join(temporaryFolder(), 'pids');
    const machine = standIn({
      pip: `trap '' INT TERM; (trap '' INT TERM; echo started; exec sleep 60) & echo $$ $! > ${pids}; wait`,
    });
    const giveUp = new AbortController();
    // The second waits for the first.
    const both = Promise.allSettled([1, 2].map(() => machine.ensure([], giveUp.signal)));
    await vi.waitFor(() => expect(machine.progress).toContain('started'));
    const [pip, child] = readFileSync(pids, 'utf8').trim().split(' ').map(Number) as [number, number];
    expect([pip, child].map(identify)).toMatchObject([{ pid: pip }, { pid: child }]);
    giveUp.abort();
    const aborted = { status: 'rejected', reason: { name: 'AbortError' } };
    expect(await both).toMatchObject([aborted, aborted]);
    expect([pip, child].map(identify)).toEqual([null, null]);
    const left = readdirSync(join(machine.folder, 'data/ft-wizard/envs'));
    expect(left).toEqual([expect.stringMatching(/\.log$/)]);

    const again = standIn();
    setEnvironment({ XDG_DATA_HOME: join(machine.folder, 'data') });
    expect((await again.ensure()).torch).toBe('2.13.0');
  });

  it.each([
    [
      'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device',
      'environment-no-space',
    ],
    ['ERROR: No matching distribution found for torch==2.13.0', 'environment-unresolvable'],
    [
      'HTTPSConnectionPool: Max retries exceeded with url\nERROR: No matching distribution found',
      'environment-unreachable',
    ],
    ['error: something new', 'environment-failed'],
  ])('says what the installer failed at: %s', async (said, code) => {
    const machine = standIn({ pip: `echo "${said}" >&2; exit 1` });
    const error = await machine.ensure().catch((thrown) => thrown);
    expect(error).toMatchObject({
      code,
      exitCode: 4,
      message: expect.stringContaining(said.split('\n').at(-1)!),
    });
    const log = /output is in (\S+\.log)\./.exec(error.fix)?.[1] ?? '';
    expect(readFileSync(log, 'utf8')).toContain(said);
  });

  it('says how to install Python, or the part of it that is missing', async () => {
    const machine = standIn({ venv: false });
    await expect(machine.ensure()).rejects.toMatchObject({ code: 'python-without-venv', exitCode: 4 });
    const bare = temporaryFolder();
    setEnvironment({ PATH: bare });
    await expect(machine.ensure()).rejects.toMatchObject({
      code: 'python-missing',
      exitCode: 4,
      fix: expect.stringContaining('apt install python3'),
    });
  });
});

describe('--python', () => {
  it('is used as it is when it serves', async () => {
    const { folder } = standIn();
    const python = join(folder, 'python3');
    expect(await ensureEnvironment({ cards: [], python, onProgress: () => {} })).toEqual({
      python,
      torch: '2.13.0',
    });
  });

  it('is refused with all that is missing', async () => {
    const { folder } = standIn({ found: { ...probe, peft: null, torch: '2.9.0' } });
    const own = ensureEnvironment({ cards: [], python: join(folder, 'python3'), onProgress: () => {} });
    await expect(own).rejects.toMatchObject({
      code: 'python-unsuitable',
      exitCode: 4,
      message: expect.stringMatching(/torch is 2\.9\.0 \(torch>=2\.11\)\n {2}peft is missing/),
    });
  });

  it.each(['/nowhere/python', 'no-such-python'])('is refused where there is none: %s', async (python) => {
    await expect(ensureEnvironment({ cards: [], python, onProgress: () => {} })).rejects.toMatchObject({
      code: 'python-missing',
      exitCode: 4,
    });
  });
});
