import { appendFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { RunDirectory } from '../../src/run/directory.ts';
import type { TrainerEvent } from '../../src/run/events.ts';
import { followEvents } from '../../src/run/follow.ts';
import { eventLine, makeRun, stepEvent } from './fixtures.ts';

function end(run: RunDirectory): void {
  run.writeStatus({ ...run.readStatus(), phase: 'done', exitCode: 0 });
}

async function collect(events: AsyncIterable<readonly TrainerEvent[]>): Promise<TrainerEvent[]> {
  const all: TrainerEvent[] = [];
  for await (const added of events) all.push(...added);
  return all;
}

const steps = (events: TrainerEvent[]) =>
  events.flatMap((event) => (event.type === 'step' ? event.step : []));

describe('followEvents', () => {
  it('gives the history of an ended run and ends', async () => {
    const run = makeRun();
    writeFileSync(run.eventsFile, [1, 2, 3].map((step) => eventLine(stepEvent(step))).join(''));
    end(run);
    expect(steps(await collect(followEvents(run)))).toEqual([1, 2, 3]);
  });

  it('waits for the file, for new lines, and for the rest of a half-written one', async () => {
    const run = makeRun();
    const seen = collect(followEvents(run));
    await sleep(50);
    const [line1, line2] = [eventLine(stepEvent(1)), eventLine(stepEvent(2))];
    writeFileSync(run.eventsFile, line1 + line2.slice(0, 40));
    await sleep(100);
    appendFileSync(run.eventsFile, line2.slice(40));
    await sleep(50);
    end(run);
    expect(steps(await seen)).toEqual([1, 2]);
  });

  it('passes over a line that is no event', async () => {
    const run = makeRun();
    writeFileSync(
      run.eventsFile,
      `${eventLine(stepEvent(1))}{"v": 1, "t": "20\n\nnull\n${eventLine(stepEvent(2))}`,
    );
    end(run);
    expect(steps(await collect(followEvents(run)))).toEqual([1, 2]);
  });

  it('ends on the signal', async () => {
    const leaving = new AbortController();
    const seen = collect(followEvents(makeRun(), { signal: leaving.signal }));
    await sleep(30);
    leaving.abort();
    expect(await seen).toEqual([]);
  });

  it('thins a long history evenly, keeps what is rare and all that is recent', async () => {
    const run = makeRun();
    const stage = { type: 'stage' as const, rank: 0, busy: 0.5, waiting: 0.1, peak_reserved_bytes: 1 };
    const checkpoint = eventLine({ type: 'checkpoint', step: 1, path: '/x', bytes: 1 });
    const count = 120_000;
    const lines = Array.from({ length: count }, (_, at) => [
      eventLine(stepEvent(at + 1)),
      eventLine({ ...stage, step: at + 1 }),
    ]);
    writeFileSync(run.eventsFile, [checkpoint, ...lines.flat()].join(''));
    end(run);

    const events = await collect(followEvents(run));
    const shown = steps(events);
    expect(events[0]?.type).toBe('checkpoint');
    expect(shown.length).toBeLessThan(count / 2);
    expect(shown.slice(-1000)).toEqual(Array.from({ length: 1000 }, (_, at) => count - 999 + at));
    const early = shown.slice(0, 10_000);
    expect(new Set(early.slice(1).map((step, at) => step - early[at]!)).size).toBe(1);
    // The last MiB may begin between a step and its stage.
    const stages = new Set(events.flatMap((event) => (event.type === 'stage' ? event.step : [])));
    expect(early.every((step) => stages.has(step))).toBe(true);
  });
});
