import { describe, expect, it } from 'vitest';
import { reportedError, runTrainer } from '../../src/run/trainer.ts';
import { script, setEnvironment, temporaryFolder } from './fixtures.ts';

const python = (body: string) => script(temporaryFolder(), 'python', body);

describe('runTrainer', () => {
  it('runs our package first on the path, and returns what it prints', async () => {
    setEnvironment({ PYTHONPATH: '/theirs' });
    const printed = await runTrainer(python('echo "$@"; echo "$PYTHONPATH"'), ['inspect', '--cutoff', '64']);
    expect(printed).toMatch(/^-m ft_trainer inspect --cutoff 64\n\S+\/python:\/theirs$/);
  });

  it('hands on the lines of stderr as they come', async () => {
    const lines: string[] = [];
    await runTrainer(python('echo one >&2; echo two >&2'), ['inspect'], {
      onLine: (line) => lines.push(line),
    });
    expect(lines).toEqual(['one', 'two']);
  });

  it('turns the error the trainer reports into ours, with its exit code', async () => {
    const report =
      '{"type": "error", "code": "bad-dataset", "message": "rows.jsonl:3 is not JSON", "fix": "Mend it."}';
    const failing = runTrainer(python(`echo reading; echo '${report}'; exit 2`), ['inspect']);
    await expect(failing).rejects.toMatchObject({
      name: 'UserError',
      code: 'bad-dataset',
      message: 'rows.jsonl:3 is not JSON',
      fix: 'Mend it.',
      exitCode: 2,
    });
  });

  it('shows the end of stderr where it reports none', async () => {
    await expect(
      runTrainer(python('echo "ImportError: libcudart" >&2; exit 1'), ['account']),
    ).rejects.toMatchObject({
      code: 'trainer-crashed',
      exitCode: 1,
      message: 'The trainer failed in "account": ImportError: libcudart',
    });
  });

  it('says that there is no such Python', async () => {
    await expect(runTrainer('/nowhere/python', ['probe'])).rejects.toMatchObject({
      code: 'python-missing',
      exitCode: 4,
      message: 'Python cannot be started as /nowhere/python: there is no such program.',
    });
  });

  it('ends it on the signal', async () => {
    const leaving = new AbortController();
    const running = runTrainer(python('exec sleep 60'), ['inspect'], { signal: leaving.signal });
    setTimeout(() => leaving.abort(), 50);
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('reportedError', () => {
  it.each(['', 'no JSON', '{"type": "step"}', '[1]', 'null'])('is none for %j', (stdout) => {
    expect(reportedError(stdout, 1)).toBeNull();
  });
});
