// What was measured on real cards (`ft-wizard bench --memory --json`), planned anew with the formulas as they are.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Comparison, compare, judge } from '../../src/commands/bench/memory/compare.ts';
import { configurations } from '../../src/commands/bench/memory/configurations.ts';
import { readRecords } from '../../src/commands/bench/memory/record.ts';
import { formatError } from '../../src/commands/text/bench-memory.ts';

const folder = join(import.meta.dirname, 'measurements', 'memory');
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.jsonl'))
  .map((name) => ({ name, records: readRecords(readFileSync(join(folder, name), 'utf8')) }));

/** Formulas are fitted on the other half: there they only have to be near. */
const bounds = {
  'held-out': { median: 0.03, worst: 0.06, below: 0.02 },
  fit: { median: 0.03, worst: 0.08, below: 0.04 },
} as const;

test('one of them has at least 24 configurations', () => {
  expect(Math.max(...files.map(({ records }) => records.length))).toBeGreaterThanOrEqual(24);
});

describe.each(files)('$name', ({ records }) => {
  test('has each configuration once, as it is in the list, in the half that was chosen before it was measured', () => {
    const names = records.map(({ configuration }) => configuration.name);
    expect(new Set(names).size).toBe(names.length);
    for (const { configuration } of records) expect(configurations).toContainEqual(configuration);
  });

  test.each(Object.keys(bounds) as (keyof typeof bounds)[])('%s: predictions hold', (half) => {
    const ranks = records.flatMap(compare).filter((each) => each.half === half);
    const { median, worst, below } = bounds[half];
    const tell = ({ name, rank, error }: Comparison) => `${name}, rank ${rank}: ${formatError(error)}`;
    // What the card held for the process is what counts.
    expect(ranks.filter(({ of }) => of !== 'device').map(tell)).toEqual([]);
    expect(ranks.filter(({ error }) => error > worst || error < -below).map(tell)).toEqual([]);
    expect(judge(ranks)?.median).toBeLessThanOrEqual(median);
  });
});
