import { describe, expect, it } from 'vitest';
import { eventSchema } from '../../../src/run/events.ts';
import { cardViews } from '../../../src/ui/monitor/state/cards.ts';
import { historyCapacity } from '../../../src/ui/monitor/state/history.ts';
import { reduce } from '../../../src/ui/monitor/state/reduce.ts';
import { initialState, kept, type MonitorState } from '../../../src/ui/monitor/state/state.ts';
import { examplePlan } from '../../commands/text/example-plan.ts';
import { reading } from './readings.ts';
import { endedState, events, observation, plan } from './recorded.ts';

const start = () => initialState(plan);

describe('a recorded run', () => {
  it('is what the schema says', () => {
    for (const event of events) expect(() => eventSchema.parse(event)).not.toThrow();
  });

  it('shows every step once, though some were trained twice', () => {
    const { loss, step, evaluations } = endedState('done');
    expect(step?.step).toBe(30);
    expect(loss.buckets.map(({ step }) => step)).toEqual(Array.from({ length: 30 }, (_, at) => at + 1));
    expect(loss.buckets.every(({ count }) => count === 1)).toBe(true);
    expect(evaluations.buckets.map(({ step }) => step)).toEqual([10, 20, 30]);
  });

  it('tells how it ended and what was answered', () => {
    const state = endedState('done');
    expect(state.done).toMatchObject({ reason: 'finished', step: 30 });
    expect(state.checkpoint?.step).toBe(30);
    expect(state.answers.map(({ prompt }) => prompt)).toEqual(['who are you?']);
    expect(state.phase).toBe('answer');
    expect([...state.ranks.keys()]).toEqual([0, 1]);
    expect(state.ranks.get(1)?.peakBytes).toBeGreaterThan(1e8);
  });

  it('is the same in whatever pieces its events come', () => {
    const whole = reduce(start(), observation({ events }));
    for (const size of [1, 2, 7]) {
      let state = start();
      for (let at = 0; at < events.length; at += size) {
        state = reduce(state, observation({ events: events.slice(at, at + size) }));
      }
      expect(state).toEqual(whole);
    }
  });

  it('leaves the state before as it was', () => {
    const before = reduce(start(), observation({ events: events.slice(0, 60) }));
    const copy = structuredClone(before);
    reduce(before, observation({ events: events.slice(60), log: ['x'], readings: [reading('GPU-0')] }));
    expect(before).toEqual(copy);
  });

  it('smooths: the curve lies within its steps, and moves less than they do', () => {
    const { loss, smoothed } = endedState('done');
    const roughness = ({ buckets }: MonitorState['loss']) =>
      buckets.slice(1).reduce((sum, bucket, at) => sum + Math.abs(bucket.last - buckets[at]!.last), 0);
    expect(roughness(smoothed)).toBeLessThan(roughness(loss) * 0.7);
    expect(smoothed.buckets.at(-1)!.last).toBeLessThan(0.3);
  });
});

it('an hour of events takes no more room than ten minutes', () => {
  const [step] = events.filter((event) => event.type === 'step');
  const [stage] = events.filter((event) => event.type === 'stage');
  let state = start();
  const size = () => JSON.stringify({ ...state, ranks: [...state.ranks], cards: [...state.cards] }).length;
  const minute = (number: number) => {
    const steps = Array.from({ length: 60 }, (_, at) => number * 60 + at + 1);
    const seen = steps.flatMap((at) => [
      { ...step!, step: at },
      { ...stage!, step: at },
    ]);
    const readings = steps.map(() => reading('GPU-0'));
    state = reduce(
      state,
      observation({ events: seen, readings, log: steps.map((at) => `line ${at} ${'x'.repeat(50)}`) }),
    );
  };
  for (let number = 0; number < 60; number += 1) minute(number);
  const afterAnHour = size();
  for (let number = 60; number < 120; number += 1) minute(number);
  expect(size()).toBeLessThan(afterAnHour * 1.15);
  expect(state.loss.buckets.length).toBeLessThanOrEqual(historyCapacity);
  expect(state.log.lines).toHaveLength(kept.logLines);
  expect(state.log.first).toBe(120 * 60 - kept.logLines);
  expect(state.cards.get('GPU-0')?.utilization).toHaveLength(kept.readings);
});

it('of a progress bar in the log, the last state is kept; colours and control characters are not obeyed', () => {
  const { log } = reduce(
    start(),
    observation({ log: ['10%\r50%\r100%\r', '\x1b[31mred\x1b[0m\x07', 'a\tb'] }),
  );
  expect(log.lines).toEqual(['100%', 'red\\u0007', 'a    b']);
});

describe('cards', () => {
  const GiB = 2 ** 30;
  const first = (state: MonitorState) => cardViews(state)[0]!;

  it('compare what the card holds with the prediction and what others hold', () => {
    const readings = [reading('GPU-0', { memoryUsedBytes: 15 * GiB, memoryTotalBytes: 24 * GiB })];
    const card = first(reduce(initialState(examplePlan), observation({ plan: examplePlan, readings })));
    const { predictedBytes, capacityBytes } = examplePlan.stages[0]!;
    expect(card.usedBytes).toBe(15 * GiB);
    expect(card.capacityBytes).toBe(24 * GiB);
    expect(card.predictedBytes).toBe(predictedBytes + (24 * GiB - capacityBytes));
  });

  it('tell nothing where nothing was measured', () => {
    const unknown = { memoryUsedBytes: null, utilization: null, temperature: null, powerWatts: null };
    const readings = [reading('GPU-0', unknown)];
    expect(
      first(reduce(initialState(examplePlan), observation({ plan: examplePlan, readings }))),
    ).toMatchObject({
      usedBytes: null,
      utilization: null,
      temperature: null,
      powerWatts: null,
    });
  });

  it('of CPU ranks show the peak, without a mark where the plan is for cards', () => {
    expect(first(endedState('done')).usedBytes).toBeGreaterThan(1e8);
    const elsewhere = { ...examplePlan, device: 'cpu' as const };
    expect(first(reduce(initialState(elsewhere), observation({ plan: elsewhere })))).toMatchObject({
      predictedBytes: null,
      capacityBytes: null,
    });
  });
});
