import { describe, expect, it, test } from 'vitest';
import { drawTimeline, idleShare, simulateStep } from '../../../src/ui/monitor/pipeline/schedule.ts';
import { drawStackedSteps } from '../../../src/ui/monitor/pipeline/stacked.ts';
import { unicodeGlyphs } from '../../../src/ui/theme/glyphs.ts';

const step = (schedule: '1f1b' | 'gpipe' | 'naive', microBatches: number, busy: number[]) =>
  simulateStep(
    {
      schedule,
      microBatches,
      checkpointing: 'none',
      stages: busy.map((_, stage) => ({
        inFlight: { '1f1b': busy.length - stage, gpipe: microBatches, naive: 1 }[schedule],
      })),
    },
    busy,
  );

describe('a step as the schedule orders it', () => {
  test.each([
    [2, 8],
    [4, 16],
    [8, 32],
    [4, 4],
  ])('%i even stages and %i micro-batches idle for (p-1)/(M+p-1)', (stages, microBatches) => {
    const busy = Array.from({ length: stages }, () => 1);
    const expected = (stages - 1) / (microBatches + stages - 1);
    expect(idleShare(step('1f1b', microBatches, busy), stages)).toBeCloseTo(expected, 6);
    expect(idleShare(step('gpipe', microBatches, busy), stages)).toBeCloseTo(expected, 6);
  });

  it('one card at a time: all but one are idle', () => {
    expect(idleShare(step('naive', 6, [1, 1, 1, 1]), 4)).toBeCloseTo(3 / 4, 6);
  });

  it('holds no more micro-batches in flight than 1F1B allows', () => {
    const tasks = step('1f1b', 8, [1, 1, 1]);
    const moments = tasks.map(({ start }) => start);
    const inFlight = (stage: number, now: number) =>
      tasks.filter((task) => task.stage === stage && !task.backward && task.start <= now).length -
      tasks.filter((task) => task.stage === stage && task.backward && task.end <= now).length;
    for (const stage of [0, 1, 2]) {
      expect(Math.max(...moments.map((now) => inFlight(stage, now)))).toBeLessThanOrEqual(3 - stage);
    }
  });

  it('is drawn in exactly its width, the bubble to be seen', () => {
    const tasks = step('1f1b', 2, [1, 1]);
    const rows = [0, 1].map((stage) => drawTimeline(tasks, stage, 12, '.'));
    expect(rows.map((spans) => spans.map(({ text }) => text).join(''))).toEqual(
      ['112222..1122', '..1111222.22'].map((row) => expect.stringMatching(new RegExp(`^.{${row.length}}$`))),
    );
    expect(rows[0]!.some(({ task }) => task === null)).toBe(true);
  });
});

describe('steps as stacked columns', () => {
  const draw = (shares: number[], width: number, height: number) =>
    drawStackedSteps(
      shares.map((busy, at) => ({ step: at, busy, waiting: 1 - busy })),
      width,
      height,
      unicodeGlyphs,
    );

  it('fill from the bottom, the newest at the right', () => {
    expect(draw([0, 0.25, 0.5, 1], 6, 2)).toEqual(['  ░░░█', '  ░▄██']);
  });

  it('drop the oldest', () => {
    expect(draw([1, 1, 0], 2, 1)).toEqual(['█░']);
  });
});
