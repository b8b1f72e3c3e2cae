import { describe, expect, it, test, vi } from 'vitest';
import { splitFigures } from '../../../src/plan/figures.ts';
import { makePlan, makePlanAndProblems } from '../../../src/plan/plan.ts';
import { nearestFit } from '../../../src/plan/remedies.ts';
import type { Plan } from '../../../src/plan/schema.ts';
import { causeOf } from '../../../src/run/cause.ts';
import { findOverflow, measuredMemory, type Rehearsal } from '../../../src/run/rehearsal.ts';
import { widthOf } from '../../../src/ui/layout/text.ts';
import { Monitor } from '../../../src/ui/monitor/monitor.tsx';
import type { Rescue } from '../../../src/ui/monitor/rescue.ts';
import { reduce } from '../../../src/ui/monitor/state/reduce.ts';
import { initialState, type MonitorState } from '../../../src/ui/monitor/state/state.ts';
import { MonitorStore } from '../../../src/ui/monitor/store.ts';
import { summarize } from '../../../src/ui/monitor/summary.ts';
import { Viewport } from '../../../src/ui/screen/viewport.tsx';
import { catalogueFor } from '../../../src/ui/strings/catalogue.ts';
import { cards, GiB, p40, planInput } from '../../plan/fixtures.ts';
import { renderScreen, type ScreenOptions } from '../render.tsx';
import { keys } from '../terminal.ts';
import { reading } from './readings.ts';
import { lifecycle, observation } from './recorded.ts';

const run = {
  id: '20261127-2105-llama2-13b',
  path: '/runs/20261127-2105-llama2-13b',
  logFile: '/runs/20261127-2105-llama2-13b/trainer.log',
  outputFolder: '/runs/20261127-2105-llama2-13b/output',
};

/** 13B on two P40s, in micro-batches that turn out to be too large. */
const input = planInput(
  { batchSize: 8, microBatchSize: 4, cutoffLength: 2048, split: '20,20' },
  { cards: cards(2, p40) },
);
/** Figures that stay what they are when the formulas are made better. */
const plan = withFigures(makePlan(input), [19.9, 18.8], 81.5);
const now = Date.parse('2026-11-27T21:07:30.000Z');
const envelope = { v: 1 as const, t: '2026-11-27T21:07:00.000Z' };

function withFigures(made: Plan, gibibytes: readonly number[], tokensPerSecond: number): Plan {
  const stages = made.stages.map((stage, index) => ({ ...stage, predictedBytes: gibibytes[index]! * GiB }));
  return { ...made, stages, throughput: { ...made.throughput, tokensPerSecond } };
}

/** What a rank told of its rehearsal. */
function rehearsal(rank: number, fits: boolean, beyond: number): Rehearsal {
  const held = Math.round(plan.stages[rank]!.predictedBytes + beyond);
  const figures = {
    reserved_bytes: held - 0.5e9,
    outside_bytes: 0.5e9,
    seconds: null,
    busy: null,
    tokens: 0,
  };
  return { ...envelope, type: 'rehearsal', attempt: 1, rank, stage: rank, fits, ...figures };
}

const failed = rehearsal(1, false, 6.5 * GiB);

/** After a rehearsal whose second rank held so much more than was predicted. */
function rehearsedState(beyond: number): MonitorState {
  const events = [0, 1].map((rank) => rehearsal(rank, true, rank === 0 ? -0.2 * GiB : beyond));
  const running = lifecycle('training');
  Object.assign(running.status, { attempt: 1, updated: new Date(now).toISOString() });
  return reduce(
    initialState(plan),
    observation({
      plan,
      now,
      lifecycle: running,
      events: [
        { ...envelope, type: 'phase', phase: 'load' },
        { ...envelope, type: 'phase', phase: 'rehearse' },
        ...events,
      ],
      readings: [0, 1].map((index) =>
        reading(`GPU-${index}`, { utilization: 97, memoryUsedBytes: 20.1 * GiB }),
      ),
    }),
  );
}

function refusedState() {
  const { reason, cause } = causeOf(findOverflow([failed], plan)!);
  const ended = { ...lifecycle('refused', reason), cause, exitCode: 3 };
  ended.status.attempt = 1;
  ended.status.updated = new Date(now).toISOString();
  const events = [{ ...envelope, type: 'phase' as const, phase: 'rehearse' as const }, failed];
  return reduce(initialState(plan), observation({ plan, events, now, lifecycle: ended }));
}

const measured = { ...input, measuredMemory: [measuredMemory(failed, plan)] };
const found = nearestFit(measured)!;
const held = [21.2, 20.1];
const figures = splitFigures(found.input);
const offer = {
  before: plan,
  plan: withFigures(makePlan(found.input), held, 97.5),
  figures: {
    ...figures,
    stages: figures.stages.map((stage, index) => ({
      ...stage,
      predictedBytes: held[index]! * GiB,
      busySeconds: 132 + 3 * index,
      busyShare: 0.78 + 0.02 * index,
      slowest: index === 1,
    })),
  },
};
const offered: Rescue = { stage: 'offered', offer };

async function show(rescue: Rescue | null, options: ScreenOptions = {}, state = refusedState()) {
  const store = new MonitorStore(plan);
  store.state = state;
  store.rescue = rescue;
  const onAccept = vi.fn();
  const requests = { checkpoint: vi.fn(), stop: vi.fn(), kill: vi.fn() };
  const screen = await renderScreen(
    <Viewport minimum={{ columns: 60, rows: 20 }}>
      <Monitor {...{ store, requests, onAccept, run }} program="ft-wizard" />
    </Viewport>,
    options,
  );
  return Object.assign(screen, { store, onAccept });
}

describe.each([
  [60, 20],
  [80, 24],
  [120, 40],
] as const)('%i x %i', (columns, rows) => {
  test.each(['en', 'zh'] as const)('the nearest plan that fits, in %s', async (language) => {
    await using screen = await show(offered, { columns, rows, language });
    expect(screen.text()).toMatchSnapshot();
    for (const line of screen
      .text()
      .split('\n')
      .filter((each) => /^[╭╰│]/.test(each))) {
      expect(widthOf(line)).toBe(columns);
    }
  });

  test('what the rehearsal held, beside what was predicted', async () => {
    await using screen = await show(null, { columns, rows }, rehearsedState(0.7 * GiB));
    expect(screen.text()).toMatchSnapshot();
  });
});

test.each([
  [60, 20],
  [120, 40],
])('in ASCII where nothing else can be shown, %i x %i', async (columns, rows) => {
  await using screen = await show(offered, { columns, rows, ascii: true });
  expect(screen.text()).toMatch(/^[\n -~]*$/);
  expect(screen.text()).toContain('micro-batches of 2 instead of 4');
});

describe('a run that did not fit', () => {
  it('goes on by Enter with what is offered, and not before', async () => {
    await using screen = await show(null);
    expect(screen.text()).toContain('Looking for the nearest plan that fits');
    await screen.press(keys.enter);
    expect(screen.onAccept).not.toHaveBeenCalled();
    screen.store.tellRescue(offered);
    await screen.settle();
    await screen.press(keys.enter);
    expect(screen.onAccept).toHaveBeenCalledOnce();
    screen.store.tellRescue({ stage: 'starting', offer, news: null });
    await screen.settle();
    expect(screen.text()).toContain('Starting attempt 2 ...');
    await screen.press(keys.enter);
    expect(screen.onAccept).toHaveBeenCalledOnce();
    screen.store.restart(offer.plan);
    await screen.settle();
    expect(screen.text()).toContain('1 Loss');
    expect(screen.text()).not.toContain('fits');
  });

  it.each([
    ['q', 'q'],
    ['Esc', keys.escape],
  ])('is left by %s', async (_, key) => {
    await using screen = await show(offered);
    await screen.press(key);
    expect(await screen.left).toBe('ended');
    expect(screen.onAccept).not.toHaveBeenCalled();
  });

  it('has its panes and its log behind it, where Enter accepts nothing that is not seen', async () => {
    await using screen = await show(offered);
    await screen.press('l');
    expect(screen.text()).toContain('4 Log');
    await screen.press(keys.enter);
    expect(screen.onAccept).not.toHaveBeenCalled();
    await screen.press('r', keys.enter);
    expect(screen.onAccept).toHaveBeenCalledOnce();
  });

  it.each(['en', 'zh'] as const)('is told what is missing where nothing fits (%s)', async (language) => {
    const tiny = { ...measured, cards: input.cards.map((card) => ({ ...card, freeBytes: 4 * GiB })) };
    const { problems } = makePlanAndProblems(tiny);
    const rescue: Rescue = {
      stage: 'nothing',
      problems: problems.filter(({ severity }) => severity === 'error'),
    };
    await using screen = await show(rescue, { columns: 120, rows: 40, language });
    expect(screen.text()).toMatch(
      language === 'en' ? /No plan that trains the same fits[\s\S]*too little/ : /放不下[\s\S]*还差/,
    );
    await screen.press(keys.enter);
    expect(await screen.left).toBe('ended');
    const strings = catalogueFor(language);
    const summary = summarize(refusedState(), { strings, run, program: 'ft-wizard', rescue });
    expect(summary).toContain(strings.proposals.none);
    expect(summary).not.toContain('ft-wizard resume');
  });

  it('says why it could not be started', async () => {
    await using screen = await show({ stage: 'failed', error: new Error('no room on the disk') });
    expect(screen.text()).toContain('no room on the disk');
    await screen.press(keys.enter);
    expect(await screen.left).toBe('ended');
  });

  it('leaves on the main screen why, what would fit, and the command for it', () => {
    const strings = catalogueFor('en');
    expect(
      summarize(refusedState(), { strings, run, program: 'ft-wizard', rescue: offered }),
    ).toMatchInlineSnapshot(`
      "Run 20261127-2105-llama2-13b: Did not fit.
      The rehearsal before the first step did not fit: card 1 (Tesla P40) needs 25.3 GiB or more and has 23.6 GiB.
      It is in /runs/20261127-2105-llama2-13b
      The whole log: /runs/20261127-2105-llama2-13b/trainer.log
      The nearest plan that fits: micro-batches of 2 instead of 4.
      Go on with it: ft-wizard resume 20261127-2105-llama2-13b"
    `);
  });
});

test.each([
  [0.7, false],
  [1.5, true],
])('%f GiB above 18.8 predicted: worth a colour? %o', async (gibibytes, worth) => {
  await using screen = await show(
    null,
    { columns: 120, rows: 40, depth: 'true' },
    rehearsedState(gibibytes * GiB),
  );
  const [as, above] = ['rehearsed 19.7', `rehearsed ${(18.8 + gibibytes).toFixed(1)}`].map((text) =>
    screen.cellOf(text),
  );
  expect(above?.color !== as?.color).toBe(worth);
});
