/** What a suite's report adds up to. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Reads vitest's JSON report. */
export function countVitest(text: string): Counts {
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

/** Reads pytest's JUnit XML report. */
export function countPytest(text: string): Counts {
  const suite = /<testsuite [^>]*>/.exec(text)?.[0] ?? '';
  const count = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1]);
  const failed = count('failures') + count('errors');
  const skipped = count('skipped');
  return { passed: count('tests') - failed - skipped, failed, skipped };
}

/** The sum, as CI reads it. */
export function summarize(suites: Counts[]): string {
  const sum = (key: keyof Counts) => suites.reduce((total, counts) => total + counts[key], 0);
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped}`;
}
