// Runs both suites and closes with their sum, "N passed, N failed":
//
//   npm test                                           everything
//   npm test -- test/plan python/tests/test_data.py    some of it; what starts with python/ goes to pytest
//
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

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

/** vitest's JSON report. */
function countVitest(text: string): Counts {
  const report = JSON.parse(text);
  // A file that cannot be loaded has no tests to count; it failed all the same.
  const unloadable = report.testResults.filter(
    (file: { status: string; assertionResults: unknown[] }) =>
      file.status === 'failed' && file.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** pytest's JUnit XML report. */
function countPytest(text: string): Counts {
  const suite = /<testsuite [^>]*>/.exec(text)?.[0] ?? '';
  const count = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1]);
  const failed = count('failures') + count('errors');
  const skipped = count('skipped');
  return { passed: count('tests') - failed - skipped, failed, skipped };
}

/** Runs one suite in the foreground. */
function runSuite({ title, command: [program, ...args], report, cwd, count }: Suite): Counts {
  console.log(`\n${title}`);
  rmSync(report, { force: true });
  const { status, error } = spawnSync(program, args, {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    // Several ranks at a time train in these tests: one thread each, or they starve each other.
    env: { ...process.env, OMP_NUM_THREADS: '1' },
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
const wantedPython = wanted.filter((argument) => argument.startsWith('python/'));
const wantedNode = wanted.filter((argument) => !argument.startsWith('python/'));

const vitest: Suite = {
  title: 'vitest: the house of src/ and the program as built',
  command: [
    'vitest',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${path.join(reports, 'vitest.json')}`,
    ...wantedNode,
  ],
  cwd: root,
  report: path.join(reports, 'vitest.json'),
  count: countVitest,
};
const pytest: Suite = {
  title: 'pytest: the trainer',
  command: [
    path.join(root, '.setup/python/bin/python'),
    '-m',
    'pytest',
    '--continue-on-collection-errors',
    `--junitxml=${path.join(reports, 'pytest.xml')}`,
    ...wantedPython.map((argument) => path.join(root, argument)),
  ],
  cwd: path.join(root, 'python'),
  report: path.join(reports, 'pytest.xml'),
  count: countPytest,
};
const suites = [
  ...(wanted.length === 0 || wantedNode.length > 0 ? [vitest] : []),
  ...(wanted.length === 0 || wantedPython.length > 0 ? [pytest] : []),
];

mkdirSync(reports, { recursive: true });
const total: Counts = { passed: 0, failed: 0, skipped: 0 };
for (const suite of suites) {
  const counts = runSuite(suite);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed > 0 ? 1 : 0;
