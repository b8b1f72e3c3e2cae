import type { GpuReading } from '../../../hardware/telemetry.ts';
import type { Plan } from '../../../plan/schema.ts';
import type { TrainerEvent } from '../../../run/events.ts';
import type { Outcome } from '../trial.ts';
import type { MeasuredRank, MemoryRecord } from './record.ts';

/** Later attempts, if any, were planned otherwise. */
const attempt = 1;

type Rehearsal = Extract<TrainerEvent, { type: 'rehearsal' }>;

/** What a training of a plan held and how long it took: the part of a record that comes from its events. */
export function measureMemory(
  plan: Plan,
  { ranOutOfMemory, events, readings }: Outcome,
): Pick<MemoryRecord, 'ranOutOfMemory' | 'ranks' | 'stepSeconds' | 'tokensPerSecond' | 'rehearsalSeconds'> {
  const rehearsals = events.filter((event) => event.type === 'rehearsal').filter(isFirst);
  // Where memory ran out, whatever was trained then was another plan.
  const trained = ranOutOfMemory ? [] : events;
  const step = trained.filter((event) => event.type === 'step').at(-1);
  const stages = trained.filter((event) => event.type === 'stage');
  const told = rehearsals.map(({ rank, stage, reserved_bytes, outside_bytes }): MeasuredRank => {
    const mine = stages.filter((event) => event.rank === rank);
    return {
      rank,
      stage,
      reservedBytes: Math.max(reserved_bytes, ...mine.map((event) => event.peak_reserved_bytes)),
      outsideBytes: outside_bytes,
      outsideFrom: outside_bytes === null ? null : 'process',
      busySeconds: mine.at(-1)?.busy ?? null,
      waitingSeconds: mine.at(-1)?.waiting ?? null,
    };
  });
  const since = new Date(rehearsals.at(-1)?.t ?? Number.NaN);
  return {
    ranOutOfMemory,
    ranks: ranOutOfMemory ? told : told.map((rank) => withOutside(rank, told, plan, readings, since)),
    stepSeconds: step === undefined ? null : step.tokens / step.tokens_per_second,
    tokensPerSecond: step?.tokens_per_second ?? null,
    rehearsalSeconds: rehearsals.find((each) => each.rank === 0)?.seconds ?? null,
  };
}

const isFirst = (rehearsal: Rehearsal) => rehearsal.attempt === attempt;

/**
 * Where the driver does not tell what a process holds (in containers, mostly), the use of the whole card does: what it has risen to once
 * all was held, less what its ranks have reserved, in equal parts. Another process that comes or goes meanwhile spoils it.
 *
 * @param since when the rehearsal was over
 */
function withOutside(
  rank: MeasuredRank,
  all: readonly MeasuredRank[],
  { ranks }: Plan,
  readings: readonly GpuReading[],
  since: Date,
): MeasuredRank {
  if (rank.outsideBytes !== null) return rank;
  const cardOf = (number: number) => ranks.find((each) => each.rank === number)?.gpu?.uuid;
  const uuid = cardOf(rank.rank);
  const told = readings.flatMap(({ uuid: of, t, memoryUsedBytes }) =>
    of === uuid && memoryUsedBytes !== null ? [{ t: new Date(t), used: memoryUsedBytes }] : [],
  );
  const before = Math.min(...told.map(({ used }) => used));
  const held = Math.max(...told.filter(({ t }) => t >= since).map(({ used }) => used));
  const sharing = all.filter((each) => cardOf(each.rank) === uuid);
  const reserved = sharing.reduce((sum, { reservedBytes }) => sum + reservedBytes, 0);
  const outside = held - before - reserved;
  // No reading may have come in time.
  if (!(outside > 0)) return rank;
  return { ...rank, outsideBytes: Math.round(outside / sharing.length), outsideFrom: 'card' };
}
