import { describe, expect, it, test } from 'vitest';
import type { Plan } from '../../../src/plan/schema.ts';
import type { TrainerEvent } from '../../../src/run/events.ts';
import type { AdviceCode } from '../../../src/ui/monitor/advice/facts.ts';
import { evenSplit } from '../../../src/ui/monitor/advice/measures.ts';
import { adviceFor, adviceRules } from '../../../src/ui/monitor/advice/rules.ts';
import { sayAdvice } from '../../../src/ui/monitor/advice/sayings.ts';
import { reduce } from '../../../src/ui/monitor/state/reduce.ts';
import { initialState, type MonitorState } from '../../../src/ui/monitor/state/state.ts';
import { catalogueFor, languages } from '../../../src/ui/strings/catalogue.ts';
import { examplePlan } from '../../commands/text/example-plan.ts';
import { reading } from './readings.ts';
import { endedState, lifecycle, observation, trainingState } from './recorded.ts';

const began = Date.parse('2026-11-25T10:00:00.000Z');
const GiB = 2 ** 30;

interface Course {
  steps?: number;
  loss?: (step: number) => number | null;
  speed?: (step: number) => number;
  lossScale?: number | null;
  busy?: [number, number];
  waiting?: number;
}

/** A run of two stages, one step a second. */
function run(course: Course = {}, plan: Plan = examplePlan): MonitorState {
  const {
    steps = 120,
    loss = () => 1.5,
    speed = () => 400,
    lossScale = null,
    busy = [0.9, 0.9],
    waiting = 0.1,
  } = course;
  const at = (second: number) => ({ v: 1 as const, t: new Date(began + second * 1000).toISOString() });
  const events: TrainerEvent[] = [
    { ...at(0), type: 'phase', phase: 'load' },
    { ...at(0), type: 'phase', phase: 'train' },
  ];
  for (let step = 1; step <= steps; step += 1) {
    const figures = { epoch: 0.1, grad_norm: 1, lr: 1e-4, tokens: 1000, eta: 60, loss_scale: lossScale };
    const value = loss(step);
    events.push({
      ...at(step),
      type: 'step',
      attempt: 1,
      step,
      totalSteps: 1000,
      ...figures,
      loss: value,
      tokens_per_second: speed(step),
      skipped: value === null,
    });
    for (const rank of [0, 1]) {
      events.push({
        ...at(step),
        type: 'stage',
        step,
        rank,
        busy: busy[rank]!,
        waiting,
        peak_reserved_bytes: GiB,
      });
    }
  }
  return reduce(initialState(plan), look({ now: began + steps * 1000, events, plan }));
}

function look(change: Parameters<typeof observation>[0] & { now: number }) {
  const alive = lifecycle('training');
  alive.status.updated = new Date(change.now).toISOString();
  return observation({ plan: examplePlan, lifecycle: alive, ...change });
}

const later = (state: MonitorState, change: Parameters<typeof observation>[0] & { now?: number }) =>
  reduce(state, look({ now: state.now, ...change }));
const codes = (state: MonitorState) => adviceFor(state).map(({ code }) => code);

test('a run without fault needs no advice', () => {
  expect(codes(run())).toEqual([]);
});

test('an ended run needs none', () => {
  expect(codes(endedState('failed', 'out of memory'))).toEqual([]);
});

test('the recorded run on two busy cores waits, and is told how to wait less', () => {
  expect(adviceFor(trainingState({}, 30))).toEqual([
    {
      code: 'waiting',
      severity: 'warn',
      facts: { percent: expect.any(Number), microBatches: 4, microBatchSize: 2 },
    },
  ]);
});

const cases: Record<AdviceCode, { bad: () => MonitorState; fine: () => MonitorState; facts: object }> = {
  lossNotFinite: {
    bad: () => run({ loss: (step) => (step > 115 ? null : 1.5) }),
    fine: () => run({ loss: (step) => (step === 120 ? null : 1.5) }),
    facts: { steps: 5 },
  },
  noHeartbeat: {
    bad: () => {
      const silent = lifecycle('training');
      silent.status.updated = new Date(began).toISOString();
      return later(run(), { lifecycle: silent });
    },
    fine: () => run(),
    facts: { seconds: 120 },
  },
  stalled: {
    bad: () => later(run(), { now: began + 300_000 }),
    fine: () => later(run(), { now: began + 150_000 }),
    facts: { seconds: 180, usualSeconds: 1 },
  },
  diskFull: {
    bad: () => later(run(), { freeDiskBytes: GiB / 2 }),
    fine: () => later(run(), { freeDiskBytes: null }),
    facts: { freeBytes: GiB / 2, checkpointBytes: 0 },
  },
  diverging: {
    bad: () => run({ loss: (step) => (step < 60 ? 1.5 : 4) }),
    fine: () => run({ loss: (step) => 1.5 + (step % 2) }),
    facts: { lowest: 1.5 },
  },
  manySkipped: {
    bad: () => run({ lossScale: 64, loss: (step) => (step % 3 === 0 ? null : 1.5) }),
    fine: () => run({ lossScale: 64, loss: (step) => (step % 20 === 0 ? null : 1.5) }),
    facts: { of: 50 },
  },
  cardHot: {
    bad: () => later(run(), { readings: [reading('GPU-0'), reading('GPU-1', { temperature: 88 })] }),
    fine: () => later(run(), { readings: [reading('GPU-0', { temperature: null })] }),
    facts: { card: 1, celsius: 88 },
  },
  throttling: {
    bad: () =>
      later(run(), {
        readings: [
          reading('GPU-0', { clockMHz: 1500 }),
          reading('GPU-0', { clockMHz: 900, temperature: 81 }),
        ],
      }),
    // Cards lower their clock when there is nothing to do.
    fine: () =>
      later(run(), {
        readings: [
          reading('GPU-0', { clockMHz: 1500 }),
          reading('GPU-0', { clockMHz: 500, temperature: 81, utilization: 2 }),
        ],
      }),
    facts: { card: 0, clockMHz: 900, topClockMHz: 1500 },
  },
  memoryAbovePlan: {
    bad: () => later(run(), { readings: [reading('GPU-1', { memoryUsedBytes: 19 * GiB })] }),
    fine: () => later(run(), { readings: [reading('GPU-1', { memoryUsedBytes: 15 * GiB })] }),
    facts: { rank: 1, bytes: 19 * GiB },
  },
  unsupervised: {
    bad: () => later(run(), { lifecycle: { ...lifecycle('training'), supervised: false } }),
    fine: () => run(),
    facts: {},
  },
  unevenStages: {
    bad: () => run({ busy: [0.5, 0.9] }),
    fine: () => run({ busy: [0.8, 0.9] }),
    facts: { stage: 1, percent: 80, split: '26,14' },
  },
  waiting: {
    bad: () => run({ waiting: 0.5 }, { ...examplePlan, microBatches: 4 }),
    // Sixteen micro-batches for two stages: more of them would not help.
    fine: () => run({ waiting: 0.5 }),
    facts: { percent: 36, microBatches: 4, microBatchSize: 1 },
  },
  slowing: {
    bad: () => run({ steps: 200, speed: (step) => (step > 160 ? 200 : 400) }),
    fine: () => run({ steps: 200, speed: (step) => (step > 160 ? 350 : 400) }),
    facts: { now: 200 },
  },
  checkpointOld: {
    bad: () => run({ steps: 4000 }),
    fine: () => run({ steps: 3000 }),
    facts: { seconds: 4000 },
  },
};

describe.each(Object.keys(cases) as AdviceCode[])('%s', (code) => {
  const { bad, fine, facts } = cases[code];
  it('is said when it is so', () => {
    expect(adviceRules[code].find(bad())).toMatchObject(facts);
    expect(codes(bad())).toContain(code);
  });

  it('is not said when it is not', () => {
    expect(adviceRules[code].find(fine())).toBeNull();
  });

  it.each(languages)('is one sentence in %s, with all its figures', (language) => {
    const advice = adviceFor(bad()).find((each) => each.code === code)!;
    expect(sayAdvice(advice, catalogueFor(language))).not.toMatch(/undefined|NaN|null|\[object/);
  });
});

test('the most pressing comes first', () => {
  const state = later(run({ loss: (step) => (step > 115 ? null : 1.5), busy: [0.5, 0.9] }), {
    freeDiskBytes: 0,
  });
  expect(codes(state).slice(0, 2)).toEqual(['lossNotFinite', 'diskFull']);
});

describe('evenSplit', () => {
  const stages = (layers: number[], capacity = 24 * GiB) => {
    let first = 0;
    return layers.map((count) => {
      first += count;
      return {
        ...examplePlan.stages[0]!,
        layers: [first - count, first] as [number, number],
        capacityBytes: capacity,
      };
    });
  };

  it('gives a card that is half as fast half the layers', () => {
    expect(evenSplit(stages([15, 15]), [1, 2])?.layers).toEqual([20, 10]);
  });

  it('moves nothing that is even already', () => {
    expect(evenSplit(stages([10, 10, 10]), [1, 1, 1])).toBeNull();
  });

  it('never fills a card over its memory', () => {
    const { predictedBytes } = examplePlan.stages[0]!;
    expect(evenSplit(stages([15, 15], predictedBytes), [1, 2])).toBeNull();
  });
});
