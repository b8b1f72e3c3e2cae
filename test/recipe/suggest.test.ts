import { expect, test } from 'vitest';
import { nearest } from '../../src/recipe/suggest.ts';

test.each([
  ['p40x3', ['demo', 'p40x2', '3090x8'], 'p40x2'],
  ['Learning-Rate', ['learningRate', 'lora.rank'], 'learningRate'],
  ['lora.learningRate', ['learningRate', 'lora.rank'], 'learningRate'],
  ['rnak', ['lora.rank', 'seed'], 'lora.rank'],
  ['zebra', ['model', 'dataset'], undefined],
  ['', ['model'], undefined],
])('%s means %s: %s', (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected);
});
