import type { Plan } from '../../plan/schema.ts';
import { areStandIns } from '../../plan/stand-in.ts';
import { printable } from '../../printable.ts';
import type { TrainerEvent } from '../../run/events.ts';
import { measuredMemory, overflowOf } from '../../run/rehearsal.ts';
import { formatBytes, formatDuration, formatNumber } from '../../units.ts';
import { overflow } from '../../words/en/causes.ts';
import type { Paint } from './paint.ts';
import { formatTable, indent } from './table.ts';

type EventOf<Type extends TrainerEvent['type']> = Extract<TrainerEvent, { type: Type }>;

const phaseTitles: Record<EventOf<'phase'>['phase'], string> = {
  inspect: 'Reading the dataset',
  download: 'Fetching the model',
  load: 'Loading the model',
  rehearse: 'Rehearsing the longest and the widest batch',
  train: 'Training',
  eval: 'Evaluating',
  save: 'Saving the result',
  answer: 'Asking it, without and with the training',
};

/** One rank's figures, summed over the steps seen. */
interface RankFigures {
  /** Seconds. */
  busy: number;
  waiting: number;
  peakReservedBytes: number;
}

/** Turns a run's events into lines for a plain terminal; keeps what the tables at the end need. */
export class ProgressText {
  readonly #planOf: (attempt: number) => Plan;
  /** Of the attempt that is shown; those before it may have had others. */
  readonly #plan: Plan;
  readonly #paint: Paint;
  readonly #ranks = new Map<number, RankFigures>();
  #phaseShown: EventOf<'phase'>['phase'] | null = null;

  constructor(attempt: number, planOf: (attempt: number) => Plan, paint: Paint) {
    this.#planOf = planOf;
    this.#plan = planOf(attempt);
    this.#paint = paint;
  }

  /** What to print for an event; null where it adds no line. */
  line(event: TrainerEvent): string | null {
    switch (event.type) {
      case 'phase':
        return this.#phase(event);
      case 'download':
        return event.bytes === event.totalBytes ? `  ${event.file}  ${formatBytes(event.bytes)}` : null;
      case 'load':
        return `  ${describeLoad(event)}`;
      case 'rehearsal':
        return `  ${describeRehearsal(event, this.#planOf(event.attempt))}`;
      case 'calibration':
        return areStandIns(this.#plan) ? null : `  ${describeCalibration(event)}`;
      case 'step':
        return `  ${describeStep(event)}`;
      case 'stage':
        this.#record(event);
        return null;
      case 'eval':
        return `  eval loss ${event.loss.toFixed(4)} over ${event.rows} rows held out`;
      case 'checkpoint':
        return `  checkpoint at step ${event.step}, ${formatBytes(event.bytes)}`;
      case 'control':
        return event.request === 'stop' ? `  stopping after step ${event.step}` : null;
      case 'answer':
        return this.#answer(event);
      case 'warning':
        return `${this.#paint('yellow', 'Warning:')} ${printable(event.message)} ${printable(event.fix)}`;
      case 'error':
        return null; // said at the end, as the reason of the failure
      case 'done':
        return this.#done(event);
    }
  }

  #phase({ phase }: EventOf<'phase'>): string | null {
    // Another attempt loads again, perhaps on other cards: figures of the earlier one are not its own.
    if (phase === 'load') this.#ranks.clear();
    return this.#heading(phase);
  }

  /** A phase's title, once: the answers come from another process, which announces no phase. */
  #heading(phase: EventOf<'phase'>['phase']): string | null {
    if (this.#phaseShown === phase) return null;
    this.#phaseShown = phase;
    return this.#paint('bold', phaseTitles[phase]);
  }

  #record({ rank, busy, waiting, peak_reserved_bytes }: EventOf<'stage'>): void {
    const figures = this.#ranks.get(rank) ?? { busy: 0, waiting: 0, peakReservedBytes: 0 };
    this.#ranks.set(rank, {
      busy: figures.busy + busy,
      waiting: figures.waiting + waiting,
      peakReservedBytes: Math.max(figures.peakReservedBytes, peak_reserved_bytes),
    });
  }

  #answer({ prompt, before, after }: EventOf<'answer'>): string {
    const heading = this.#heading('answer');
    const rows = [
      this.#paint('bold', printable(prompt)),
      `  ${this.#paint('dim', 'before')}  ${oneParagraph(before)}`,
      `  ${this.#paint('dim', 'after ')}  ${oneParagraph(after)}`,
    ];
    return [...(heading === null ? [] : [heading]), indent(rows.join('\n'))].join('\n');
  }

  #done({ reason, step, loss, seconds }: EventOf<'done'>): string {
    const end = reason === 'finished' ? 'Trained' : 'Stopped';
    const lastLoss = loss === null ? '' : `, last loss ${loss.toFixed(4)}`;
    const head = this.#paint('bold', `${end}: ${step} steps in ${formatDuration(seconds)}${lastLoss}`);
    const table = this.rankTable();
    return table === null ? head : `${head}\n${indent(table)}`;
  }

  /** Busy, waiting and memory of every rank so far; null before the first step. */
  rankTable(): string | null {
    if (this.#ranks.size === 0) return null;
    const isElsewhere = areStandIns(this.#plan);
    const rows = this.#plan.ranks.flatMap(({ rank, stage, gpu }) => {
      const figures = this.#ranks.get(rank);
      const planned = this.#plan.stages[stage];
      if (!figures || !planned) return [];
      const share = figures.busy / (figures.busy + figures.waiting);
      const [first, end] = planned.layers;
      return [
        [
          String(rank),
          gpu ? `${isElsewhere ? 'CPU, for ' : ''}${gpu.index} ${gpu.name}` : planned.name,
          `${first}-${end - 1}`,
          formatDuration(figures.busy),
          formatDuration(figures.waiting),
          Number.isFinite(share) ? `${Math.round(share * 100)} %` : '-',
          figures.peakReservedBytes > 0 ? formatBytes(figures.peakReservedBytes) : '-',
          isElsewhere ? '-' : formatBytes(planned.predictedBytes),
        ],
      ];
    });
    const header = ['rank', 'on', 'layers', 'busy', 'waiting', 'share busy', 'peak memory', 'predicted'];
    const right = 'right' as const;
    return formatTable(header, rows, [right, 'left', right, right, right, right, right, right], this.#paint);
  }
}

/** For a status line that is rewritten: how far a download is. */
export function downloadStatus({ file, bytes, totalBytes }: EventOf<'download'>): string {
  const total = totalBytes
    ? ` of ${formatBytes(totalBytes)} (${Math.floor((bytes / totalBytes) * 100)} %)`
    : '';
  return `  ${file}  ${formatBytes(bytes)}${total}`;
}

function describeLoad({ rank, layers: [first, end], device, seconds, accounted }: EventOf<'load'>): string {
  const trained = accounted.trainables + accounted.gradients + accounted.optimizer;
  return (
    `rank ${rank} on ${device}: layers ${first}-${end - 1}, weights ${formatBytes(accounted.weights)}, ` +
    `trained part ${formatBytes(trained)}, in ${formatDuration(seconds)}`
  );
}

/** What a rank held against what was planned for it. */
function describeRehearsal(event: EventOf<'rehearsal'>, plan: Plan): string {
  const { predictedBytes } = plan.stages[event.stage]!;
  const { heldBytes, capacityBytes } = measuredMemory(event, plan);
  if (!event.fits) return `rank ${event.rank} does not fit: ${overflow(overflowOf(event, plan))}`;
  const held = formatBytes(heldBytes);
  if (areStandIns(plan)) return `rank ${event.rank} held ${held}`;
  return `rank ${event.rank} held ${held}, predicted were ${formatBytes(predictedBytes)} of ${formatBytes(capacityBytes)}`;
}

function describeCalibration({ source, predicted, measured }: EventOf<'calibration'>): string {
  const what = source === 'rehearsal' ? 'the longest batch took' : 'a step takes';
  const against = formatNumber((100 * measured) / predicted);
  return `${what} ${formatDuration(measured)}, ${against} % of the planned time; the eta goes by that`;
}

/** One dense line, columns steady while the numbers change. */
function describeStep(event: EventOf<'step'>): string {
  const total = String(event.totalSteps);
  const loss = event.skipped ? 'overflow, skipped' : `loss ${event.loss?.toFixed(4) ?? '-'}`;
  return [
    `step ${String(event.step).padStart(total.length)}/${total}`,
    loss,
    `lr ${event.lr.toExponential(2)}`,
    `${formatNumber(event.tokens_per_second)} tok/s`,
    `eta ${formatDuration(event.eta)}`,
  ].join('  ');
}

/** A model's answer as one paragraph that stays readable when the model rambles. */
function oneParagraph(answer: string): string {
  const text = printable(answer.trim().replace(/\s+/g, ' '));
  return text.length > 400 ? `${text.slice(0, 400)}...` : text || '(nothing)';
}
