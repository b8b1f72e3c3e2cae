import { stripVTControlCharacters } from 'node:util';
import type { GpuReading } from '../../../hardware/telemetry.ts';
import { printable } from '../../../printable.ts';
import type { Observation } from '../../../run/observe.ts';
import { withEvents } from './events.ts';
import { type CardState, kept, type LogState, type MonitorState } from './state.ts';

/** The state after an observation of the run. Pure; the state before stays as it was. */
export function reduce(state: MonitorState, observation: Observation): MonitorState {
  const { events, readings, log, lifecycle, plan, now, freeDiskBytes } = observation;
  const next = events.length > 0 ? withEvents(state, events) : { ...state };
  next.now = now;
  next.lifecycle = lifecycle;
  next.plan = plan;
  next.freeDiskBytes = freeDiskBytes;
  if (readings.length > 0) next.cards = addReadings(state.cards, readings);
  if (log.length > 0) next.log = addLines(state.log, log);
  return next;
}

function addReadings(
  before: MonitorState['cards'],
  readings: readonly GpuReading[],
): ReadonlyMap<string, CardState> {
  const cards = new Map(before);
  for (const [uuid, series] of Map.groupBy(readings, (reading) => reading.uuid)) {
    const card = cards.get(uuid);
    const clocks = series.map(({ clockMHz }) => clockMHz).filter((clock) => clock !== null);
    const utilization = [...(card?.utilization ?? []), ...series.map((reading) => reading.utilization)];
    const top = Math.max(card?.topClockMHz ?? 0, ...clocks.slice(-kept.readings));
    cards.set(uuid, {
      reading: series.at(-1)!,
      utilization: utilization.slice(-kept.readings),
      topClockMHz: top === 0 ? null : top,
    });
  }
  return cards;
}

function addLines({ first, lines }: LogState, added: readonly string[]): LogState {
  const all = [...lines, ...added.slice(-kept.logLines).map(cleanLine)];
  const dropped = Math.max(0, all.length - kept.logLines);
  const skipped = Math.max(0, added.length - kept.logLines);
  return { first: first + skipped + dropped, lines: all.slice(dropped) };
}

/** Wider than any screen. */
const longestLine = 600;

/** A line as it can be shown: of a progress bar that rewrites itself the last state, no colours, no control characters. */
function cleanLine(line: string): string {
  const last = line.trimEnd().split('\r').at(-1) ?? '';
  return printable(stripVTControlCharacters(last.slice(0, longestLine)).replaceAll('\t', '    '));
}
