import { describe, expect, it, test, vi } from 'vitest';
import { widthOf } from '../../../src/ui/layout/text.ts';
import { Monitor, type RunRequests } from '../../../src/ui/monitor/monitor.tsx';
import { reduce } from '../../../src/ui/monitor/state/reduce.ts';
import { initialState, type MonitorState } from '../../../src/ui/monitor/state/state.ts';
import { MonitorStore } from '../../../src/ui/monitor/store.ts';
import { Viewport } from '../../../src/ui/screen/viewport.tsx';
import { examplePlan } from '../../commands/text/example-plan.ts';
import { renderScreen, type ScreenOptions } from '../render.tsx';
import { keys } from '../terminal.ts';
import { reading } from './readings.ts';
import { endedState, lifecycle, observation, plan, trainingState } from './recorded.ts';

// Clock times are those of the machine.
process.env.TZ = 'UTC';

const run = {
  id: '20261125-0034-demo',
  path: '/runs/20261125-0034-demo',
  logFile: '/runs/20261125-0034-demo/trainer.log',
  outputFolder: '/runs/20261125-0034-demo/output',
};

async function show(state: MonitorState, options: ScreenOptions & { requests?: Partial<RunRequests> } = {}) {
  const store = new MonitorStore(plan);
  store.state = state;
  const requests = { checkpoint: vi.fn(), stop: vi.fn(), kill: vi.fn(), ...options.requests };
  const onAccept = vi.fn();
  const screen = await renderScreen(
    <Viewport minimum={{ columns: 60, rows: 20 }}>
      <Monitor {...{ store, requests, onAccept, run }} program="ft-wizard" />
    </Viewport>,
    options,
  );
  return Object.assign(screen, { store, requests, onAccept });
}

/** Two P40s at work. */
function cardsState(): MonitorState {
  const state = trainingState({ plan: examplePlan });
  const readings = Array.from({ length: 40 }, (_, second) => [
    reading('GPU-0', { utilization: 60 + ((second * 7) % 40) }),
    reading('GPU-1', { utilization: null, temperature: 84, memoryUsedBytes: 21.9 * 2 ** 30 }),
  ]).flat();
  return reduce(
    state,
    observation({ plan: examplePlan, now: state.now, lifecycle: state.lifecycle!, readings }),
  );
}

const sizes = [
  [60, 20],
  [80, 24],
  [120, 40],
] as const;

test('where only ASCII can be shown, nothing else is', async () => {
  await using screen = await show(cardsState(), { columns: 60, rows: 20, ascii: true });
  const check = () => expect(screen.text()).toMatch(/^[\n -~]*$/);
  check();
  for (const key of ['1', '2', '3', '4', '?']) {
    await screen.press(key);
    await screen.settle();
    check();
  }
});

test('what is asked lies over the panes, and the result beside them where the window is wide', async () => {
  await using asked = await show(trainingState({}, 30), { columns: 120, rows: 40 });
  await asked.press(keys.ctrl('c'));
  expect(asked.text()).toContain('❯ Stop with a checkpoint');
  for (const pane of ['1 Loss', '2 Cards', '4 Log']) expect(asked.text()).toContain(pane);
  await using narrow = await show(endedState('done'), { columns: 149, rows: 40 });
  expect(narrow.text()).not.toContain('1 Loss');
  await using wide = await show(endedState('done'), { columns: 150, rows: 40 });
  expect(wide.text()).toMatch(/Finished.*1 Loss/);
});

describe.each(sizes)('%i x %i', (columns, rows) => {
  test.each(['en', 'zh'] as const)('training, in %s', async (language) => {
    await using screen = await show(trainingState({}, 30), { columns, rows, language });
    expect(screen.text()).toMatchSnapshot();
    expect(screen.fullClears()).toBe(0);
  });

  test.each(['en', 'zh'] as const)('finished, in %s', async (language) => {
    await using screen = await show(endedState('done'), { columns, rows, language });
    expect(screen.text()).toMatchSnapshot();
  });

  test('two cards', async () => {
    await using screen = await show(cardsState(), { columns, rows });
    expect(screen.text()).toMatchSnapshot();
  });

  test.each([
    ['en', false],
    ['zh', false],
    ['en', true],
  ] as const)(
    'no row is wider than the window, whatever has the focus (%s, ascii %s)',
    async (language, ascii) => {
      await using screen = await show(cardsState(), { columns, rows, language, ascii });
      for (const key of ['2', '3', '4', '1', '?', keys.escape, keys.ctrl('c')]) {
        await screen.press(key);
        const lines = screen.text().split('\n');
        expect(lines.length).toBeLessThan(rows);
        // A frame that is broken has its right edge elsewhere than in the last column.
        for (const line of lines.filter((each) => /^[╭╰│+|]/.test(each))) expect(widthOf(line)).toBe(columns);
        if (ascii) expect(screen.text()).toMatch(/^[\x20-\x7e°\n]*$/);
      }
    },
  );
});

describe('leaving', () => {
  it('d detaches', async () => {
    await using screen = await show(trainingState());
    await screen.press('d');
    expect(await screen.left).toBe('detached');
    expect(screen.requests.stop).not.toHaveBeenCalled();
  });

  it('Ctrl-C asks; stopping with a checkpoint stays, and shows the end whatever was looked at before', async () => {
    await using screen = await show(trainingState());
    await screen.press('l', keys.ctrl('c'));
    expect(screen.text()).toContain('What shall become of the run?');
    await screen.press(keys.enter);
    expect(screen.requests.stop).toHaveBeenCalledOnce();
    expect(screen.text()).toContain('Stopping with a checkpoint after this step.');
    screen.store.add(observation({ lifecycle: lifecycle('stopped', 'Stopped after step 25.') }), true);
    await screen.settle();
    expect(screen.text()).toContain('ft-wizard resume 20261125-0034-demo');
    await screen.press(keys.enter);
    expect(await screen.left).toBe('ended');
  });

  it('Ctrl-C twice detaches: nothing is lost by hammering it', async () => {
    await using screen = await show(trainingState());
    await screen.press(keys.ctrl('c'), keys.ctrl('c'));
    expect(await screen.left).toBe('detached');
    expect(screen.requests.kill).not.toHaveBeenCalled();
  });

  it('Esc stays, and no key of the monitor works while it is asked', async () => {
    await using screen = await show(trainingState());
    await screen.press('s', 'c', keys.escape);
    expect(screen.requests.checkpoint).not.toHaveBeenCalled();
    expect(screen.text()).toContain('1 Loss');
  });

  it('while it stops, what is left is to end it at once, and that is not what is marked', async () => {
    await using screen = await show(trainingState({ lifecycle: lifecycle('stopping') }));
    await screen.press(keys.ctrl('c'));
    expect(screen.text()).toContain('End it now');
    await screen.press(keys.enter);
    expect(screen.requests.kill).not.toHaveBeenCalled();
    await screen.press(keys.ctrl('c'), keys.up, keys.up, keys.enter);
    expect(screen.requests.kill).toHaveBeenCalledOnce();
  });

  it('a run that cannot be read any more is an error, with the terminal restored', async () => {
    await using screen = await show(trainingState());
    screen.store.fail(new Error('status.json is gone'));
    await expect(screen.left).rejects.toThrow('status.json is gone');
  });
});

describe('keys', () => {
  it('c asks for a checkpoint and says so', async () => {
    await using screen = await show(trainingState());
    await screen.press('c');
    expect(screen.requests.checkpoint).toHaveBeenCalledOnce();
    expect(screen.text()).toContain('A checkpoint will be saved after this step.');
  });

  it('what is refused is told', async () => {
    const checkpoint = () => {
      throw new Error('Run x is not running: it is lost.');
    };
    await using screen = await show(trainingState(), { requests: { checkpoint } });
    await screen.press('c');
    expect(screen.text()).toContain('Run x is not running: it is lost.');
  });

  it('/ searches the log, n goes on, Esc ends the search', async () => {
    await using screen = await show(trainingState());
    await screen.press('/', 'e', 'v', 'a', 'l', keys.enter);
    expect(screen.text()).toMatch(/"eval": 2 of 2/);
    await screen.press('n');
    expect(screen.text()).toMatch(/"eval": 1 of 2/);
    expect(screen.text()).toContain('eval  step 10');
    await screen.press(keys.escape);
    expect(screen.text()).toContain('following');
  });

  it('letters are text while one writes what to search for', async () => {
    await using screen = await show(trainingState());
    await screen.press('/', 'd', 'c', 'q');
    expect(screen.text()).toContain('Search for: dcq');
    expect(screen.requests.checkpoint).not.toHaveBeenCalled();
  });

  it('Tab goes through the panes and, once the run has ended, back to the result', async () => {
    await using screen = await show(endedState('done'));
    expect(screen.text()).toContain('What next');
    await screen.press(keys.tab);
    expect(screen.text()).toContain('1 Loss');
    await screen.press(keys.tab, keys.tab, keys.tab, keys.tab);
    expect(screen.text()).toContain('last loss');
  });
});

describe('the end', () => {
  it('a failure says what went wrong, what to do, and shows the end of the log', async () => {
    const failed = {
      v: 1 as const,
      t: '2026-11-25T00:35:20.000Z',
      type: 'error' as const,
      code: 'out-of-memory',
      message: 'this card ran out of memory: 2.0 GiB more were asked for',
      fix: 'Lower microBatchSize.',
      rank: 1,
    };
    const state = reduce(
      trainingState(),
      observation({
        events: [failed],
        lifecycle: lifecycle('failed', 'ignored'),
        log: ['RuntimeError: CUDA out of memory'],
      }),
    );
    await using screen = await show(state, { columns: 100, rows: 40 });
    expect(screen.text()).toContain('✗ Failed');
    expect(screen.text()).toContain('this card ran out of memory');
    expect(screen.text()).toContain('Lower microBatchSize.');
    expect(screen.text()).toContain('RuntimeError: CUDA out of memory');
    expect(screen.text()).toContain('ft-wizard resume 20261125-0034-demo');
    await using chinese = await show(state, { columns: 100, rows: 40, language: 'zh' });
    expect(chinese.text()).toContain('显存不足：this card ran out of memory');
    expect(chinese.text()).toContain('请用 nvidia-smi');
    expect(chinese.text()).not.toContain('Lower microBatchSize.');
  });

  it('what does not fit is scrolled to', async () => {
    await using screen = await show(endedState('done'), { columns: 60, rows: 20 });
    expect(screen.text()).not.toContain('ft-wizard chat');
    await screen.press(keys.pageDown);
    expect(screen.text()).toContain('ft-wizard chat 20261125-0034-demo');
  });

  it('control characters in an answer are shown, not obeyed', async () => {
    const state = endedState('done');
    const evil = { ...state.answers[0]!, after: '\x1b[2Jgone' };
    await using screen = await show({ ...state, answers: [evil] }, { columns: 100, rows: 40 });
    expect(screen.text()).toContain('\\u001b[2Jgone');
  });
});

it('before the first step there is something to see as well', async () => {
  await using screen = await show(initialState(plan), { columns: 80, rows: 24 });
  expect(screen.text()).toContain('Preparing');
  expect(screen.text()).toContain('The first step is on its way.');
});

it('an update writes little, and never clears the screen', async () => {
  await using screen = await show(trainingState({}, 24), { columns: 120, rows: 40 });
  const before = screen.bytes();
  for (const until of [25, 26, 27, 28, 29]) {
    screen.store.state = trainingState({}, until);
    screen.store.add(
      observation({ now: screen.store.state.now, lifecycle: screen.store.state.lifecycle! }),
      true,
    );
    await screen.settle();
  }
  expect((screen.bytes() - before) / 5).toBeLessThan(9_000);
  expect(screen.fullClears()).toBe(0);
});
