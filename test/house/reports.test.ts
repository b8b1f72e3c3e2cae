import { expect, test } from 'vitest';
import { countPytest, countVitest, summarize } from '../../.dev/reports.ts';

test('vitest: a file that cannot be loaded counts as a failure', () => {
  const report = {
    numPassedTests: 5,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [
      { status: 'passed', assertionResults: [{}, {}] },
      { status: 'failed', assertionResults: [{}] },
      { status: 'failed', assertionResults: [] },
    ],
  };
  expect(countVitest(JSON.stringify(report))).toEqual({ passed: 5, failed: 2, skipped: 3 });
});

test('pytest: errors outside of a test are failures', () => {
  const report =
    '<?xml version="1.0"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="0.1">';
  expect(countPytest(report)).toEqual({ passed: 4, failed: 3, skipped: 3 });
});

test('the sum is the line that CI reads', () => {
  const clean = { passed: 3, failed: 0, skipped: 0 };
  expect(summarize([clean, clean])).toBe('6 passed, 0 failed');
  expect(summarize([clean, { passed: 1, failed: 2, skipped: 3 }])).toBe('4 passed, 2 failed, 3 skipped');
});
