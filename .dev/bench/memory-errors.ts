// How well the memory formulas do: node .dev/bench/memory-errors.ts FILE... Plans every training in files of `ft-wizard bench --memory
// --json` anew with the sources as they are, and prints each rank by kind, the worst last, and the errors of each half.
import { readFileSync } from 'node:fs';
import { type Comparison, compare, judge } from '../../src/commands/bench/memory/compare.ts';
import { readRecords } from '../../src/commands/bench/memory/record.ts';
import { formatError } from '../../src/commands/text/bench-memory.ts';
import { formatTable } from '../../src/commands/text/table.ts';

const MiB = 2 ** 20;
const mebibytes = (bytes: number) => (bytes / MiB).toFixed(0);

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('Usage: node .dev/bench/memory-errors.ts FILE...');
  process.exit(2);
}
const comparisons = files
  .flatMap((file) => readRecords(readFileSync(file, 'utf8')))
  .flatMap(compare)
  .sort((a, b) => Math.abs(a.error) - Math.abs(b.error));

/** What the allocator gives out, by kind; then what lies beside it. */
const inside = [
  'weights',
  'trainables',
  'gradients',
  'optimizer',
  'activations',
  'logits',
  'buffers',
] as const;
const outside = ['context', 'communicator'] as const;

function row(each: Comparison): string[] {
  const { name, half, rank, breakdown, reservedBytes, outsideBytes, error, ranOutOfMemory } = each;
  const sum = (kinds: readonly (keyof typeof breakdown)[]) =>
    kinds.reduce((total, kind) => total + breakdown[kind], 0);
  return [
    ...[`${name}${ranOutOfMemory ? ' (ran out)' : ''}`, half, String(rank)],
    ...inside.map((kind) => mebibytes(breakdown[kind])),
    ...[mebibytes(sum(inside)), mebibytes(reservedBytes), mebibytes(sum(inside) - reservedBytes)],
    ...outside.map((kind) => mebibytes(breakdown[kind])),
    ...[outsideBytes === null ? '-' : mebibytes(outsideBytes), formatError(error)],
  ];
}

const header = [
  'MiB',
  'half',
  'rank',
  ...inside,
  'sum',
  'reserved',
  'sum - reserved',
  ...outside,
  'outside',
  'error',
];
const align = header.map((_, column) => (column < 2 ? ('left' as const) : ('right' as const)));
console.log(formatTable(header, comparisons.map(row), align, (_, text) => text));
for (const half of ['fit', 'held-out'] as const) {
  const verdict = judge(comparisons.filter((each) => each.half === half));
  if (verdict === null) continue;
  const { ranks, median, worst, mostBelow } = verdict;
  const figures = [median, worst, mostBelow].map((share) => `${(100 * share).toFixed(2)} %`);
  console.log(`${half}: ${ranks} ranks, median ${figures[0]}, worst ${figures[1]}, most below ${figures[2]}`);
}
