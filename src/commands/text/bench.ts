import { formatBytes, formatNumber, formatShare } from '../../units.ts';
import { againstNaive, type Measured } from '../bench/measure.ts';
import type { BenchSubject } from '../bench/subject.ts';
import type { Paint } from './paint.ts';
import { describeMethod } from './plan.ts';
import { type Align, formatTable, indent } from './table.ts';

/** A benchmark as people read it: on what, of what; how fast each schedule is, and what each rank held. */
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
    indent(speedTable(rows, paint)),
    '',
    indent(rankTable(rows, paint)),
  ].join('\n');
}

function speedTable(rows: readonly Measured[], paint: Paint): string {
  const cells = rows.map((row) => {
    const speed = againstNaive(row, rows);
    return [
      row.schedule,
      `${row.microBatches} of ${row.microBatchSize}`,
      formatNumber(row.tokensPerSecond),
      speed === null ? '-' : `${speed.toFixed(2)}x`,
    ];
  });
  const align: Align[] = ['left', 'right', 'right', 'right'];
  return formatTable(['schedule', 'micro-batches', 'tokens/s', 'against naive'], cells, align, paint);
}

function rankTable(rows: readonly Measured[], paint: Paint): string {
  const cells = rows.flatMap(({ schedule, ranks }) =>
    ranks.map(({ rank, on, layers: [from, to], busyShare, peakBytes, predictedBytes }, place) => [
      place === 0 ? schedule : '',
      String(rank),
      on,
      `${from}-${to - 1}`,
      formatShare(busyShare),
      formatBytes(peakBytes),
      predictedBytes === null ? '-' : formatBytes(predictedBytes),
    ]),
  );
  const header = ['schedule', 'rank', 'on', 'layers', 'busy', 'peak', 'predicted'];
  const align: Align[] = ['left', 'right', 'left', 'right', 'right', 'right', 'right'];
  return formatTable(header, cells, align, paint);
}
