import { expect, test, vi } from 'vitest';
import type { RecipeDraft } from '../../../src/recipe/parse.ts';
import type { Unfinished } from '../../../src/recipe/unfinished.ts';
import { widthOf } from '../../../src/ui/layout/text.ts';
import { Viewport } from '../../../src/ui/screen/viewport.tsx';
import { Wizard } from '../../../src/ui/wizard/wizard.tsx';
import { cards, p40 } from '../../plan/fixtures.ts';
import { keys, renderScreen, type ScreenOptions } from '../render.tsx';
import { boxOf, World } from './fakes.ts';

interface Options extends ScreenOptions {
  world?: World;
  draft?: RecipeDraft;
  unfinished?: Unfinished;
}

/** The wizard on a screen; `shows` waits until something is there. */
async function open({ world = new World(), draft = {}, unfinished, ...options }: Options = {}) {
  const wizard = <Wizard services={world} draft={draft} unfinished={unfinished ?? null} />;
  const screen = await renderScreen(
    <Viewport minimum={{ columns: 60, rows: 20 }}>{wizard}</Viewport>,
    options,
  );
  const shows = (text: string | RegExp) =>
    vi.waitFor(async () => {
      await screen.settle();
      expect(screen.text()).toMatch(text);
    });
  return { world, shows, ...screen };
}

const sizes = [
  [60, 20],
  [80, 24],
  [120, 40],
] as const;
const languages = ['en', 'zh'] as const;

/** The frame is no larger than its screen, and no wide character has broken an edge. */
function expectInside(frame: string, columns: number, rows: number) {
  const lines = frame.split('\n');
  expect(lines.length).toBeLessThan(rows);
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  // Edges that belong together are under each other.
  for (const line of lines.filter((each) => each.startsWith('╭') || each.startsWith('╰')))
    expect(widthOf(line)).toBe(columns);
}

test.each(sizes.flatMap((size) => languages.map((language) => [...size, language] as const)))(
  'every step stays within %i x %i in %s',
  async (columns, rows, language) => {
    await using screen = await open({ columns, rows, language });
    const check = () => expectInside(screen.text(), columns, rows);
    await screen.shows(/llama-13b/);
    check();
    await screen.press(keys.down, keys.enter);
    for (const step of [1, 2, 3, 4, 5, 6, 7]) {
      await screen.shows(language === 'en' ? `step ${step} of 7` : `第 ${step} 步`);
      await screen.settle();
      check();
      await screen.press(keys.enter);
    }
    expect(await screen.left).toMatchObject({ run: 'the-run' });
  },
);

test.each(sizes)(
  'in Chinese, what does not fit and what helps are told in Chinese: %i x %i',
  async (columns, rows) => {
    const world = new World();
    world.box = boxOf(cards(1));
    await using screen = await open({ world, columns, rows, language: 'zh' });
    await screen.shows('llama-13b');
    await screen.press(keys.enter);
    await screen.shows('解决办法: 这样放得下：用 2 张');
    expectInside(screen.text(), columns, rows);
    const panel = screen.text().slice(screen.text().indexOf('解决办法'));
    expect(panel).not.toMatch(/This fits|instead of/);
  },
);

test('in Chinese, an error stands in Chinese where the model was asked for', async () => {
  await using screen = await open({ columns: 60, rows: 20, language: 'zh', draft: { model: 'no/such' } });
  await screen.shows('继续');
  await screen.press(keys.enter);
  await screen.shows('https://hub 上没有模型 no/such，或者它不公开');
  expect(screen.text()).toContain('解决办法: 请检查拼写');
  expectInside(screen.text(), 60, 20);
});

test('where only ASCII can be shown, nothing else is', async () => {
  await using screen = await open({ columns: 60, rows: 20, ascii: true });
  const check = () => expect(screen.text()).toMatch(/^[\n -~]*$/);
  await screen.shows(/llama-13b/);
  check();
  await screen.press(keys.down, keys.enter);
  for (const step of [1, 2, 3, 4, 5, 6, 7]) {
    await screen.shows(`step ${step} of 7`);
    await screen.settle();
    check();
    await screen.press(keys.enter);
  }
});

test('the first screen shows the cards and proposes a run that Enter, Enter starts', async () => {
  await using screen = await open();
  await screen.shows(/fits, .* to spare/);
  expect(screen.text()).toContain('0 Tesla P40');
  expect(screen.text()).toContain('compute 6.1, fp16 only');
  await screen.press(keys.enter);
  await screen.shows('❯ Start the training');
  await screen.press(keys.enter);
  expect(await screen.left).toEqual({
    run: 'the-run',
    recipe: screen.world.recipe,
    command: 'ft-wizard --model ./llama-13b',
  });
  expect(screen.world.launches).toHaveLength(1);
});

test('without cards it says so', async () => {
  const world = new World();
  world.box = boxOf([]);
  await using screen = await open({ world });
  await screen.shows('No card to train on');
  expect(screen.text()).toContain('nvidia-smi was not found: no NVIDIA driver');
});

test('processes of others are seen on their card', async () => {
  const world = new World();
  const held = { processes: [{ pid: 77, name: '/opt/llama-server', usedBytes: 6 * 2 ** 30 }] };
  world.box = boxOf([p40(0), { ...p40(1), ...held, freeBytes: 17 * 2 ** 30 }]);
  await using screen = await open({ world });
  await screen.shows(/▲ 6\.0 GiB held: llama-server \(77\)/);
});

test('bf16 is shown, with the reason why it cannot be had, and not chosen', async () => {
  await using screen = await open({ draft: { model: './llama-13b', dataset: 'rows.jsonl', method: 'lora' } });
  await screen.shows('❯ Go on');
  await screen.press(keys.enter);
  await screen.shows('bf16  ⊘ needs compute capability 8.0; Tesla P40 has 6.1');
  await screen.press(keys.down, keys.enter);
  await screen.shows(/✗ cannot run like this/);
  expect(screen.text()).toContain('step 4 of 7');
});

test('on cards that have it, bf16 can be chosen', async () => {
  const world = new World();
  world.box = boxOf(cards(2));
  await using screen = await open({
    world,
    draft: { model: './llama-13b', dataset: 'rows.jsonl', method: 'lora' },
  });
  await screen.shows('❯ Go on');
  await screen.press(keys.enter);
  await screen.shows('step 4 of 7');
  await screen.press(keys.down, keys.enter);
  await screen.shows('step 5 of 7');
});

test('back and forth keeps the answers', async () => {
  await using screen = await open({ columns: 120, rows: 40 });
  await screen.shows(/Go with this run +llama-13b/);
  await screen.press(keys.down, keys.enter);
  await screen.shows('step 1 of 7');
  await screen.press(keys.enter);
  await screen.shows('step 2 of 7');
  await screen.press(keys.enter);
  await screen.shows('step 3 of 7');
  await screen.press(keys.down, keys.enter);
  await screen.shows('step 4 of 7');
  await screen.press(keys.escape, keys.escape, keys.escape);
  await screen.shows('step 1 of 7');
  await screen.press(keys.enter);
  await screen.shows('step 2 of 7');
  await screen.press(keys.enter);
  await screen.shows('❯ Freeze');
});

test('the live panel follows what is marked, before it is chosen', async () => {
  await using screen = await open({
    columns: 120,
    rows: 40,
    draft: { model: './llama-13b', dataset: 'rows.jsonl' },
  });
  await screen.shows('❯ Go on');
  await screen.press(keys.enter);
  await screen.shows(/Speed +about \d+ tokens/);
  await screen.press(keys.down);
  await screen.shows(/tokens\/s \(now \d+\)/);
});

test('a row is shown raw until Python is ready, and then as the model sees it', async () => {
  await using screen = await open({ draft: { model: './llama-13b' }, columns: 100, rows: 30 });
  await screen.shows('❯ Go on');
  await screen.press(keys.enter);
  await screen.shows('First row, as it is in the file');
  expect(screen.text()).toContain('Python is being set up');
  screen.world.ready();
  await screen.shows('First row, as the model sees it');
  expect(screen.text()).toContain('◆ learned: I am Xiaozhi.');
  expect(screen.text()).toContain('Python is ready');
});

test('a model of the hub that is not there: the error stands where it was asked for', async () => {
  await using screen = await open();
  await screen.shows(/Go with this run +llama-13b/);
  await screen.press(keys.down, keys.enter);
  await screen.shows('step 1 of 7');
  await screen.press(keys.down, keys.down, keys.enter);
  await screen.shows('The id of the model');
  await screen.press('no/such', keys.enter);
  await screen.shows('✗ there is no model no/such');
  expect(screen.text()).toContain('What to do: Check the spelling;');
  await screen.press(keys.ctrl('u'), 'a/b', keys.enter);
  await screen.shows('step 2 of 7');
});

test('a folder is found by typing and completing', async () => {
  await using screen = await open();
  await screen.shows(/Go with this run +llama-13b/);
  await screen.press(keys.down, keys.enter);
  await screen.shows('step 1 of 7');
  await screen.press(keys.down, keys.enter);
  await screen.shows('Write a path');
  await screen.press('mo', keys.tab);
  await screen.shows('yi-34b/  model');
  await screen.press(keys.enter);
  await screen.shows('step 2 of 7');
  await screen.press(keys.enter);
  await vi.waitFor(() =>
    expect(screen.world.kept.at(-1)?.recipe).toEqual({ model: './models/yi-34b', dataset: 'rows.jsonl' }),
  );
});

test('settings are changed by arrows and by writing; the rest is one key away', async () => {
  await using screen = await open({
    draft: { model: './llama-13b', dataset: 'rows.jsonl', method: 'lora', precision: 'fp16' },
  });
  await screen.shows('❯ Go on');
  await screen.press(keys.enter);
  await screen.shows('❯ LoRA rank');
  await screen.press(keys.right);
  expect(screen.text()).toMatch(/LoRA rank +← +32 +→ +default 16/);
  await screen.press(keys.down, keys.down, 'e');
  await screen.shows('Sample length: Enter accepts');
  await screen.press(keys.ctrl('u'), 'x', keys.enter);
  await screen.shows('Use a whole number from 8 up.');
  await screen.press(keys.ctrl('u'), '768', keys.enter);
  await screen.shows(/Sample length +← +768/);
  await screen.press('m', keys.end);
  await screen.shows('❯ Seed');
  await screen.press(keys.enter);
  await screen.shows('step 6 of 7');
  expect(screen.world.kept.at(-1)?.recipe).toMatchObject({
    lora: { rank: 32, alpha: 64 },
    cutoffLength: 768,
  });
});

test('the split is set in the editor', async () => {
  const draft = {
    model: './llama-13b',
    dataset: 'rows.jsonl',
    method: 'lora',
    precision: 'fp16',
    batchSize: 16,
  } as const;
  await using screen = await open({ draft });
  await screen.shows('❯ Go on');
  await screen.press(keys.enter);
  await screen.shows('step 6 of 7');
  await screen.shows('automatic');
  await screen.press('e');
  await screen.press(keys.right, keys.enter);
  await screen.shows('step 7 of 7');
  expect(screen.world.kept.at(-1)?.recipe.split).toMatch(/^\d+,\d+$/);
});

test('left and right go through the ways over these cards, and back to what was', async () => {
  const world = new World();
  world.box = boxOf(cards(4));
  const draft = {
    model: './llama-13b',
    dataset: 'rows.jsonl',
    method: 'lora',
    precision: 'auto',
    batchSize: 16,
    microBatchSize: 1,
  } as const;
  await using screen = await open({ world, draft });
  await screen.shows('❯ Go on');
  await screen.press(keys.enter);
  await screen.shows('step 6 of 7');
  await screen.shows(/Way \d of \d: .*(pipeline|replicas) of \d cards; .* a step, .* free/);
  const first = /Way 1 of (\d)/;
  for (let press = 0; press < 6 && !first.test(screen.text()); press++) {
    await screen.press(keys.left);
    await screen.settle();
  }
  await screen.shows(first);
  const count = Number(first.exec(screen.text())![1]);
  for (let way = 2; way <= count; way++) {
    await screen.press(keys.right);
    await screen.shows(`Way ${way} of ${count}`);
  }
  await screen.press(keys.enter);
  await screen.shows('step 7 of 7');
  expect(screen.world.kept.at(-1)?.recipe).toMatchObject({ model: './llama-13b' });
});

test('one key saves a preset; a name that is taken is refused in place', async () => {
  await using screen = await open();
  await screen.shows(/Go with this run +llama-13b/);
  await screen.press(keys.enter);
  await screen.shows('❯ Start the training');
  await screen.press('p');
  await screen.shows('A name for the preset');
  await screen.press('demo', keys.enter);
  await screen.shows('✗ demo is the name of a shipped preset');
  await screen.press(keys.ctrl('u'), 'mine', keys.enter);
  await screen.shows('Saved. The next time: ft-wizard --preset mine');
  expect(screen.world.presets).toEqual([{ name: 'mine', recipe: screen.world.recipe }]);
});

test('answers are kept as they are given, and offered the next time', async () => {
  await using screen = await open();
  await screen.shows(/Go with this run +llama-13b/);
  await screen.press(keys.enter);
  await screen.shows('❯ Start the training');
  expect(screen.world.kept.at(-1)).toEqual({ recipe: screen.world.recipe, onCpu: false });
  await screen.press('q');
  expect(await screen.left).toMatchObject({ recipe: screen.world.recipe });

  const unfinished = { recipe: screen.world.recipe, onCpu: false, saved: '2026-01-01T00:00:00Z' };
  await using again = await open({ unfinished });
  await again.shows(/Continue where you left +llama-13b, rows\.jsonl/);
  await again.press(keys.down, keys.enter);
  await again.shows('step 7 of 7');
});

test('the demo goes on without the cards, also when it was left and is taken up again', async () => {
  await using screen = await open();
  await screen.shows(/Go with this run +llama-13b/);
  await screen.press(keys.down, keys.down, keys.enter);
  await screen.shows('❯ Start the training');
  const { recipe, onCpu } = screen.world.kept.at(-1)!;
  expect({ recipe, onCpu }).toEqual({ recipe: screen.world.demo, onCpu: true });

  await using again = await open({ unfinished: { recipe, onCpu, saved: '2026-01-01T00:00:00Z' } });
  await again.shows(/Continue where you left +the demo/);
  await again.press(keys.down, keys.enter);
  await again.shows('❯ Start the training');
  await again.press(keys.enter);
  await vi.waitFor(() => expect(again.world.launches).toMatchObject([{ onCpu: true }]));
});

test('for imagined cards everything can be planned, and nothing started', async () => {
  await using screen = await open();
  await screen.shows(/Go with this run +llama-13b/);
  await screen.press(keys.end, keys.enter);
  await screen.shows('Which cards?');
  await screen.press('9xFOO', keys.enter);
  await screen.shows('is not in the card catalogue');
  await screen.press(keys.ctrl('u'), '4x3090', keys.enter);
  await screen.shows(/3 RTX 3090 .* free/);
  await screen.press(keys.enter);
  await screen.shows('These cards are imagined');
  await screen.press(keys.enter);
  expect(screen.world.launches).toEqual([]);
});

test('a launch that fails says why, and goes back to the review', async () => {
  const world = new World();
  world.launch = () => world.loadModel('no/model') as never;
  await using screen = await open({ world });
  await screen.shows(/Go with this run +llama-13b/);
  await screen.press(keys.enter);
  await screen.shows('❯ Start the training');
  await screen.press(keys.enter);
  await screen.shows('✗ there is no model no/model');
  await screen.press(keys.escape);
  await screen.shows('❯ Start the training');
});

test('for a screen reader every step is text', async () => {
  await using screen = await open({ linear: true, columns: 100, rows: 60 });
  await screen.shows('0 Tesla P40: 23.6 GiB of 24.0 GiB free, compute 6.1, fp16 only');
  await screen.press(keys.down, keys.enter);
  await screen.shows('ft-wizard, Model, step 1 of 7');
  expect(screen.text()).not.toMatch(/[╭│█░]/);
  await screen.press(keys.enter);
  await screen.shows('ft-wizard, Dataset, step 2 of 7');
  await screen.press(keys.enter, keys.enter);
  await screen.shows('bf16, not available: needs compute capability 8.0; Tesla P40 has 6.1');
  await screen.press(keys.enter);
  await screen.shows('LoRA rank: 16, more can learn more');
});
