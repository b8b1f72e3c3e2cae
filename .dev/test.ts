// Runs both suites and closes with their sum, "N passed, N failed":
//
//   npm test                                           everything
//   npm test -- test/plan python/tests/test_data.py    some of it; what starts with python/ goes to pytest
//
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Counts, countPytest, countVitest, summarize } from './reports.ts';

interface Suite {
  title: string;
  command: [string, ...string[]];
  cwd: string;
  report: string;
  /** Reads the report. */
  count: (text: string) => Counts;
}

const root = path.dirname(import.meta.dirname);
const reports = path.join(root, '.setup/reports');
/** Whatever tests leave behind goes with it. */
const scratch = mkdtempSync(path.join(tmpdir(), 'ft-wizard-tests-'));

function vitest(paths: string[]): Suite {
  const report = path.join(reports, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return {
    title: 'vitest: src/, and the program as built',
    command: ['vitest', 'run', ...reporters, ...paths],
    cwd: root,
    report,
    count: countVitest,
  };
}

function pytest(paths: string[]): Suite {
  const report = path.join(reports, 'pytest.xml');
  const options = ['--continue-on-collection-errors', `--junitxml=${report}`];
  return {
    title: 'pytest: the trainer',
    command: [path.join(root, '.setup/python/bin/python'), '-m', 'pytest', ...options, ...paths],
    cwd: path.join(root, 'python'),
    report,
    count: countPytest,
  };
}

/** Runs one suite in the foreground. */
function run({ title, command: [program, ...args], cwd, report, count }: Suite): Counts {
  console.log(`\n${title}`);
  rmSync(report, { force: true });
  const { status, error } = spawnSync(program, args, {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    // Several ranks at a time train in these tests: one thread each, or they starve each other.
    env: { ...process.env, OMP_NUM_THREADS: '1', TMPDIR: scratch },
  });
  if (error) console.error(error.message);
  const counts = existsSync(report)
    ? count(readFileSync(report, 'utf8'))
    : { passed: 0, failed: 0, skipped: 0 };
  // A suite that broke outside of any test (a crash, an unhandled rejection, nothing collected) has failed too.
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

const wanted = process.argv.slice(2);
const forPytest = wanted.filter((argument) => argument.startsWith('python/'));
const forVitest = wanted.filter((argument) => !argument.startsWith('python/'));
const suites: Suite[] = [];
if (wanted.length === 0 || forVitest.length > 0) suites.push(vitest(forVitest));
if (wanted.length === 0 || forPytest.length > 0) {
  suites.push(pytest(forPytest.map((argument) => path.join(root, argument))));
}

mkdirSync(reports, { recursive: true });
const results = suites.map(run);
rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
console.log(`\n${summarize(results)}`);
process.exitCode = results.some(({ failed }) => failed > 0) ? 1 : 0;
