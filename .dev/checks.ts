import path from 'node:path';

/** A static check. `npm run check` runs them one after another, test/house runs each as a test. */
export interface Check {
  title: string;
  command: [string, ...string[]];
  /** Where it runs, relative to the repository's root. */
  cwd: string;
  /** What mends most of what it finds, as typed at the root; null where only thought does. */
  fix: string | null;
}

/** A tool of the development environment that `setup.mjs python` makes. */
const python = (tool: string) => path.join(import.meta.dirname, '../.setup/python/bin', tool);

/** The trainer and the few scripts beside it, under one configuration. */
const pythonSources = ['--config=python/pyproject.toml', 'python', '.dev', 'test'];

export const checks: Check[] = [
  {
    title: 'TypeScript is formatted and linted',
    command: ['biome', 'ci', '--colors=off'],
    cwd: '.',
    fix: 'npx biome check --write',
  },
  { title: 'TypeScript types', command: ['tsc', '-p', '.'], cwd: '.', fix: null },
  {
    title: 'Python is linted',
    command: [python('ruff'), 'check', '--quiet', ...pythonSources],
    cwd: '.',
    fix: `.setup/python/bin/ruff check --fix ${pythonSources.join(' ')}`,
  },
  {
    title: 'Python is formatted',
    command: [python('ruff'), 'format', '--check', '--quiet', '--diff', ...pythonSources],
    cwd: '.',
    fix: `.setup/python/bin/ruff format ${pythonSources.join(' ')}`,
  },
  { title: 'Python types', command: [python('mypy')], cwd: 'python', fix: null },
  {
    title: 'The JSON Schemas are those of the sources',
    command: ['node', '.dev/schema.ts', '--check'],
    cwd: '.',
    fix: 'npm run schema',
  },
];

/** What a failed check has to say. */
export function explain(check: Check, output: string): string {
  return `${output.trim()}${check.fix ? `\n\nTo mend it: ${check.fix}` : ''}\n`;
}
