import { formatBytes, formatNumber, formatShare } from '../../units.ts';
import { againstNaive, type Measured } from '../bench/measure.ts';
import type { BenchSubject } from '../bench/subject.ts';
import type { Paint } from './paint.ts';
import { describeMethod } from './plan.ts';
import { type Align, formatTable, indent } from './table.ts';

/** A benchmark as people read it: on what, of what, and a row for each rank of each schedule. */
export function formatBench(subject: BenchSubject, rows: readonly Measured[], paint: Paint): string {
  const { plan, cards, host, environment } = subject;
  const where =
    plan.device === 'cpu'
      ? `${host.cpu}, ${host.cores} cores`
      : [
          ...new Set(
            cards.map(({ kind, driverVersion }) => `${kind.name}, driver ${driverVersion ?? 'unknown'}`),
          ),
        ].join('; ');
  const { batchSize, cutoffLength } = plan.training;
  return [
    `${paint('bold', plan.model.source)}: ${describeMethod(plan)}, ${batchSize} rows of up to ${cutoffLength} tokens a step`,
    `${where}; torch ${environment.torch}`,
    indent(table(rows, paint)),
  ].join('\n');
}

function table(rows: readonly Measured[], paint: Paint): string {
  const header = [
    ...['schedule', 'micro-batches', 'tokens/s', 'against naive'],
    ...['rank', 'on', 'layers', 'busy', 'peak memory', 'predicted'],
  ];
  const align: Align[] = [
    ...(['left', 'right', 'right', 'right'] as const),
    ...(['right', 'left', 'right', 'right', 'right', 'right'] as const),
  ];
  const lines = rows.flatMap((row) => {
    const speed = againstNaive(row, rows);
    const head = [
      row.schedule,
      `${row.microBatches} of ${row.microBatchSize}`,
      formatNumber(row.tokensPerSecond),
      speed === null ? '-' : `${speed.toFixed(2)}x`,
    ];
    return row.ranks.map(({ rank, on, layers: [from, to], busyShare, peakBytes, predictedBytes }, place) => [
      ...(place === 0 ? head : head.map(() => '')),
      String(rank),
      on,
      `${from}-${to - 1}`,
      formatShare(busyShare),
      formatBytes(peakBytes),
      predictedBytes === null ? '-' : formatBytes(predictedBytes),
    ]);
  });
  return formatTable(header, lines, align, paint);
}
