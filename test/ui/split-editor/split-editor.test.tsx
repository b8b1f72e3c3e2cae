import { describe, expect, test, vi } from 'vitest';
import { parseCardSpec } from '../../../src/hardware/spec.ts';
import { loadModelShape } from '../../../src/model/load.ts';
import type { PlanInput } from '../../../src/plan/input.ts';
import type { RecipeInput } from '../../../src/recipe/schema.ts';
import { recipeSchema } from '../../../src/recipe/schema.ts';
import { SplitEditor } from '../../../src/ui/wizard/split-editor/split-editor.tsx';
import { host } from '../../plan/fixtures.ts';
import { keys, renderScreen, type ScreenOptions } from '../render.tsx';

async function inputFor(model: string, cards: string, recipe: Partial<RecipeInput> = {}): Promise<PlanInput> {
  return {
    recipe: recipeSchema.parse({ model, ...recipe }),
    model: await loadModelShape(model),
    cards: parseCardSpec(cards),
    host,
    data: null,
    datasets: [],
    device: 'auto',
    freeDiskBytes: null,
    hostName: 'localhost',
  };
}

const p40s = () => inputFor('llama2-13b', '2xP40', { lora: { targets: 'qv' }, cutoffLength: 512 });
const nothing = { onDone: () => {}, onBack: () => {} };
const open = (input: PlanInput, split: string, options: ScreenOptions = {}, handlers = nothing) =>
  renderScreen(<SplitEditor input={input} split={split} {...handlers} />, options);

describe('13B on two P40s', () => {
  test('a boundary moves, and figures with it', async () => {
    await using screen = await open(await p40s(), '20,20');
    expect(screen.text()).toContain('layers 0-19');
    await screen.press(keys.right);
    expect(screen.text()).toContain('layers 0-20');
    expect(screen.text()).toContain('layers 21-39');
    await screen.press('u');
    expect(screen.text()).toContain('layers 0-19');
  });

  test('the optimum is a key away, and stays "auto"', async () => {
    const onDone = vi.fn();
    await using screen = await open(await p40s(), '5,35', {}, { ...nothing, onDone });
    expect(screen.text()).toMatch(/optimum is \d+% faster/);
    await screen.press('a');
    expect(screen.text()).toContain('fastest split that fits');
    await screen.press(keys.enter);
    expect(onDone).toHaveBeenCalledWith('auto');
  });

  test('an over-full card is red, and says so without colour', async () => {
    await using screen = await open(await p40s(), '1,39', { depth: 'true' });
    expect(screen.text()).toContain('It does not fit: one card is over-full.');
    expect(screen.text()).toMatch(/✗ \d+\.\d GiB too much/);
    const plain = screen.cellOf('layers');
    expect(screen.cellOf('too much').color).not.toBe(plain.color);
  });

  test('escape goes back and changes nothing', async () => {
    const onBack = vi.fn();
    await using screen = await open(await p40s(), 'auto', {}, { ...nothing, onBack });
    await screen.press(keys.right, keys.escape);
    expect(onBack).toHaveBeenCalledOnce();
  });

  test('cards can be left out and taken in again', async () => {
    const onDone = vi.fn();
    const handlers = { ...nothing, onDone };
    await using screen = await open(
      await inputFor('llama2-13b', '3x3090', { lora: { targets: 'qv' } }),
      '14,13,13',
      {},
      handlers,
    );
    await screen.press('-', keys.enter);
    expect(onDone).toHaveBeenLastCalledWith('27,13');
    await screen.press('+', keys.enter);
    expect(onDone).toHaveBeenLastCalledWith('14,13,13');
  });
});

test('for freeze, what is trained stands out, with why the split is uneven and how far the cards could go', async () => {
  const input = await inputFor('llama2-70b', '2xA100-80G', { method: 'freeze', cutoffLength: 512 });
  await using screen = await open(input, 'auto', { columns: 100, rows: 30 });
  expect(screen.text()).toContain('■■');
  expect(screen.text()).toContain('□');
  expect(screen.text()).toContain('Frozen layers below the trained ones keep nothing');
  await vi.waitFor(() => expect(screen.text()).toMatch(/can train up to 2 of/), 5000);
});

const cases = [
  ['60x20', 60, 20],
  ['80x24', 80, 24],
  ['120x40', 120, 40],
] as const;

describe.each(cases)('at %s', (_, columns, rows) => {
  test.each(['en', 'zh'] as const)('eight cards can be read (%s)', async (language) => {
    const input = await inputFor('llama2-70b', '8x3090', { lora: { targets: 'qv' }, cutoffLength: 512 });
    await using screen = await open(input, 'auto', { columns, rows, language });
    for (let card = 0; card < 8; card += 1) expect(screen.text()).toMatch(new RegExp(`${card} (RTX 3090|N)`));
    expect(screen.text().split('\n').length).toBeLessThan(rows);
    expect(screen.fullClears()).toBe(0);
    expect(screen.text()).toMatchSnapshot();
  });
});

test('a screen reader gets sentences', async () => {
  await using screen = await open(await p40s(), '20,20', { linear: true, columns: 120 });
  expect(screen.text()).toMatch(/0 Tesla P40, layers 0-19, .* GiB of .* GiB, .* free/);
  expect(screen.text()).toContain('boundary  20 | 20');
});
