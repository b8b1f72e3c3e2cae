import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { parseCardSpec } from '../../../../src/hardware/spec.ts';
import { loadModelShape } from '../../../../src/model/load.ts';
import { splitFigures } from '../../../../src/plan/figures.ts';
import type { RecipeInput } from '../../../../src/recipe/schema.ts';
import { pictureText } from '../../../../src/ui/components/plan-picture/text.ts';
import { widthOf } from '../../../../src/ui/layout/text.ts';
import { planInput } from '../../../plan/fixtures.ts';

async function figuresFor(cards: string, recipe: RecipeInput) {
  const model = await loadModelShape(recipe.model);
  return splitFigures(planInput(recipe, { model, cards: parseCardSpec(cards) }));
}

const thirteen: RecipeInput = { model: 'llama2-13b', lora: { targets: 'qv' }, batchSize: 8 };

test('two P40s', async () => {
  const text = pictureText(await figuresFor('2xP40', thirteen), 80, 'en', { NO_COLOR: '1', TERM: 'xterm' });
  expect(stripVTControlCharacters(text)).toMatchSnapshot();
});

test('a card that is too full says so without colour', async () => {
  const text = pictureText(await figuresFor('1xP40', thirteen), 80, 'en', { TERM: 'dumb' });
  expect(text).toMatch(/x \d+\.\d too much/);
  expect(text).toMatch(/^[\x20-\x7e\n]*$/);
});

test('more cards than there is room for come in several pictures, each within the window', async () => {
  const recipe: RecipeInput = {
    model: 'llama2-70b',
    lora: { targets: 'qv' },
    split: Array(16).fill(5).join(','),
  };
  const text = pictureText(await figuresFor('16x3090', recipe), 60, 'zh', { NO_COLOR: '1', TERM: 'xterm' });
  const lines = stripVTControlCharacters(text).split('\n');
  expect(lines.filter((line) => line.includes('╮'))).toHaveLength(2);
  expect(
    lines
      .filter((line) => line.includes('╮'))
      .join('')
      .match(/\d+/g),
  ).toEqual(Array.from({ length: 16 }, (_, card) => String(card)));
  expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(60);
});
