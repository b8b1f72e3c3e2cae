import { describe, expect, test, vi } from 'vitest';
import { parseCardSpec } from '../../../src/hardware/spec.ts';
import { loadModelShape } from '../../../src/model/load.ts';
import type { PlanInput } from '../../../src/plan/input.ts';
import type { RecipeInput } from '../../../src/recipe/schema.ts';
import { recipeSchema } from '../../../src/recipe/schema.ts';
import { widthOf } from '../../../src/ui/layout/text.ts';
import { SplitEditor } from '../../../src/ui/wizard/split-editor/split-editor.tsx';
import { host } from '../../plan/fixtures.ts';
import { keys, renderScreen, type ScreenOptions } from '../render.tsx';

async function inputFor(model: string, cards: string, recipe: Partial<RecipeInput> = {}): Promise<PlanInput> {
  return {
    recipe: recipeSchema.parse({ model, batchSize: 8, cutoffLength: 512, ...recipe }),
    model: await loadModelShape(model),
    cards: parseCardSpec(cards),
    host,
    data: null,
    datasets: [],
    device: 'auto',
    disk: null,
    ownPython: false,
    measuredMemory: [],
    measuredSpeeds: [],
    hostName: 'localhost',
  };
}

const lora = { targets: 'qv' } as const;
const p40s = () => inputFor('llama2-13b', '2xP40', { lora });
const eight = () => inputFor('llama2-70b', '8x3090', { lora, batchSize: 32 });
const freeze = () => inputFor('llama2-70b', '2xA100-80G', { method: 'freeze', freeze: { layers: 2 } });

const nothing = { onDone: () => {}, onBack: () => {} };
const open = (input: PlanInput, split: string, options: ScreenOptions = {}, handlers = nothing) =>
  renderScreen(<SplitEditor input={input} split={split} {...handlers} />, options);

describe('13B on two P40s', () => {
  test('a layer goes to the other card and comes back, and figures with it', async () => {
    await using screen = await open(await p40s(), '20,20');
    expect(screen.text()).toContain('0-19');
    const memory = screen.text().match(/GiB used.*/)![0];
    await screen.press(keys.up);
    expect(screen.text()).toMatch(/21 layers +0-20/);
    expect(screen.text()).toMatch(/19 layers +21-39/);
    expect(screen.text()).not.toContain(memory);
    await screen.press('u');
    expect(screen.text()).toContain(memory);
    await screen.press('U');
    expect(screen.text()).toContain('21 layers');
    await screen.press('r');
    expect(screen.text()).toContain(memory);
  });

  test('five at once, and never the last one', async () => {
    await using screen = await open(await p40s(), '20,20');
    await screen.press(keys.pageDown);
    expect(screen.text()).toContain('15 layers');
    for (let press = 0; press < 4; press += 1) await screen.press(keys.pageDown);
    expect(screen.text()).toMatch(/│ 1 layer +0 /);
  });

  test('with one boundary, sideways moves it too', async () => {
    await using screen = await open(await p40s(), '20,20');
    await screen.press(keys.right);
    expect(screen.text()).toContain('21 layers');
  });

  test('the line below says where the next layer would go', async () => {
    await using screen = await open(await p40s(), '20,20');
    expect(screen.text()).toContain('Cards 0 and 1   ↑ layer 20 to 0   ↓ layer 19 to 1');
  });

  test('the optimum is a key away, and stays "auto"', async () => {
    const onDone = vi.fn();
    await using screen = await open(await p40s(), '5,35', {}, { ...nothing, onDone });
    expect(screen.text()).toMatch(/optimum is \d+% faster \(a\)/);
    await screen.press('a');
    expect(screen.text()).toContain('No split that fits is faster.');
    await screen.press(keys.enter);
    expect(onDone).toHaveBeenCalledWith('auto');
  });

  test('an over-full card is red, and says so without colour', async () => {
    await using screen = await open(await p40s(), '1,39', { depth: 'true' });
    expect(screen.text()).toContain('✗ It does not fit: card 1 too full. The optimum fits (a).');
    expect(screen.text()).toMatch(/✗ \d+\.\d too much/);
    expect(screen.cellOf('✗')).toMatchObject({ color: 0xff6b6b, bold: true });
  });

  test('escape goes back and changes nothing', async () => {
    const onBack = vi.fn();
    await using screen = await open(await p40s(), 'auto', {}, { ...nothing, onBack });
    await screen.press(keys.up, keys.escape);
    expect(onBack).toHaveBeenCalledOnce();
  });

  test('a split of another model is not one of this one', async () => {
    const onDone = vi.fn();
    await using screen = await open(await p40s(), '40,40', {}, { ...nothing, onDone });
    await screen.press(keys.enter);
    expect(onDone).toHaveBeenCalledWith('auto');
  });
});

test('cards can be left out and taken in again', async () => {
  const onDone = vi.fn();
  const input = await inputFor('llama2-13b', '3x3090', { lora });
  await using screen = await open(input, '14,13,13', {}, { ...nothing, onDone });
  await screen.press('x', keys.enter);
  expect(onDone).toHaveBeenLastCalledWith('27,13');
  expect(screen.text()).toContain('Cards not used: 2 (X takes one in).');
  await screen.press('X', keys.enter);
  expect(onDone).toHaveBeenLastCalledWith('14,13,13');
  expect(screen.text()).not.toContain('not used');
  await screen.press('x', 'x');
  expect(screen.text()).toContain('One card holds all layers.');
});

test('with several, sideways chooses one', async () => {
  await using screen = await open(await eight(), 'auto');
  await screen.press(keys.right, keys.right, keys.up);
  expect(screen.text()).toContain('Cards 2 and 3');
  expect(screen.text()).toMatch(/layers +│ 10 +│ 10 +│ 11 +┃ 9 /);
});

test('sideways goes round, and never moves a layer where there are boundaries to choose', async () => {
  await using screen = await open(await eight(), 'auto');
  await screen.press(keys.left);
  expect(screen.text()).toContain('Cards 6 and 7');
  await screen.press(keys.right);
  expect(screen.text()).toContain('Cards 0 and 1');
  expect(screen.text()).toMatch(/layers +│ 10 +┃ 10 /);
});

test('more cards than the window has room for: the boundary stays in sight', async () => {
  const input = await inputFor('llama2-70b', '16x24GiB', { lora, batchSize: 32 });
  await using screen = await open(input, Array(16).fill(5).join(','));
  expect(screen.text()).toContain('cards 0 to 10 of 16');
  await screen.press(...Array(14).fill(keys.right));
  expect(screen.text()).toContain('cards 5 to 15 of 16');
  expect(screen.text()).toContain('Cards 14 and 15');
});

describe('freeze', () => {
  test('what is trained stands out, with how far the cards could go and why the split is uneven', async () => {
    await using screen = await open(await freeze(), 'auto', { columns: 100, rows: 30 });
    expect(screen.text()).toMatch(/▃{3,} .*┃ ▆{3,} ▆{3,} /);
    expect(screen.text()).toContain('32 layers, 2 trained');
    expect(screen.text()).toContain('Frozen layers keep no activations');
    await vi.waitFor(() => expect(screen.text()).toContain('can train 2 layers; split evenly, 1.'), 5000);
  });

  test('in a small window every sentence is whole', async () => {
    await using screen = await open(await freeze(), 'auto', { columns: 60, rows: 20 });
    await vi.waitFor(() => expect(screen.text()).toContain('can train 2 layers'), 5000);
    await screen.settle();
    expect(screen.text()).toContain('cards in front take more.');
  });
});

const scenes = {
  '13B on two P40s': { input: p40s, split: 'auto' },
  '70B freeze on two A100s': { input: freeze, split: 'auto' },
  '70B on eight 3090s': { input: eight, split: 'auto' },
  'an over-full card': { input: eight, split: '16,4,10,10,10,10,10,10' },
};
const sizes = [
  [60, 20],
  [80, 24],
  [120, 40],
] as const;

describe.each(Object.entries(scenes))('%s', (_, { input, split }) => {
  describe.each(sizes)('at %ix%i', (columns, rows) => {
    test.each(['en', 'zh'] as const)('looks as it should (%s)', async (language) => {
      await using screen = await open(await input(), split, { columns, rows, language });
      await vi.waitFor(() => {
        if (screen.text().includes('A100')) expect(screen.text()).toMatch(/can train|可训练/);
      }, 5000);
      await screen.settle();
      const lines = screen.text().split('\n');
      expect(lines.length).toBeLessThan(rows);
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
      // The frame is closed: its rows are equally wide.
      const frame = lines.filter((line) => /[╮│╯]$/.test(line)).map(widthOf);
      expect(new Set(frame).size).toBe(1);
      expect(screen.fullClears()).toBe(0);
      expect(screen.text()).toMatchSnapshot();
    });
  });
});

test('without colour and in ASCII nothing is lost', async () => {
  await using screen = await open(await freeze(), '46,34', { ascii: true });
  expect(screen.text()).toMatch(/^[\x20-\x7e\n]*$/);
  expect(screen.text()).toMatch(/@ (# )+ +\|/);
  expect(screen.text()).toContain('x It does not fit');
});

test.each(['16', '256', 'true'] as const)('cards have colours of their own (%s)', async (depth) => {
  await using screen = await open(await p40s(), 'auto', { depth });
  const [first, second] = [screen.cellOf('0 P40').color, screen.cellOf('1 P40').color];
  expect(first).not.toBeNull();
  expect(first).not.toBe(second);
});

test('a screen reader gets sentences, and the same keys', async () => {
  await using screen = await open(await p40s(), '20,20', { linear: true, columns: 160 });
  expect(screen.text()).toMatch(
    /Card 0, P40, layers 0 to 19, 20 in all, needs .* GiB of .* GiB, .* GiB free, computes .* of a step, \d+%/,
  );
  await screen.press(keys.up);
  expect(screen.text()).toContain('layers 0 to 20');
  expect(screen.text()).toContain('Cards 0 and 1, Up layer 21 to 0, Down layer 20 to 1');
  expect(screen.text()).toMatch(/\n[\d.,]+ tokens\/s, .* a step, cards busy \d+%/);
  expect(screen.text()).toMatch(/\nIt fits\./);
});
