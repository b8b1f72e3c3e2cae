import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { architectures } from '../../src/model/architectures.ts';
import { buildShape } from '../../src/model/build.ts';
import { catalogue } from '../../src/model/catalogue.ts';
import { parseModelConfig } from '../../src/model/config.ts';
import { loadModelShape } from '../../src/model/load.ts';
import type { LayerShape } from '../../src/model/shape.ts';
import { elements, tensorShapes } from '../../src/model/tensors.ts';

/** What transformers builds on the meta device for a config; written by reference.py. */
interface Reference {
  config: Record<string, unknown>;
  tied: boolean;
  layers: number;
  layer: Record<string, number[]>;
  layerParameters: number;
  embeddingParameters: number;
  finalNormParameters: number;
  headParameters: number;
  parameters: number;
  persistentBuffers: number;
  maxPositions: number;
}

const file = new URL('../fixtures/model/transformers.json', import.meta.url);
const reference: Record<'cases' | 'catalogue', Record<string, Reference>> = JSON.parse(
  readFileSync(file, 'utf8'),
);

/** The tensors of layer 1, of three or more. */
function layerTensors(shapes: Map<string, number[]>): Record<string, number[]> {
  const prefix = 'model.layers.1.';
  const own = [...shapes].filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, shape]) => [name.slice(prefix.length), shape]));
}

function recount({ linears, otherParameters }: LayerShape): number {
  const counts = linears.map(
    ({ inFeatures, outFeatures, bias }) => outFeatures * inFeatures + (bias ? outFeatures : 0),
  );
  return counts.reduce((total, count) => total + count, otherParameters);
}

describe.each(Object.entries({ ...reference.cases, ...reference.catalogue }))('%s', (name, real) => {
  const config = parseModelConfig(JSON.stringify(real.config), name);
  const tensors = tensorShapes(config);
  const shape = buildShape(config, { source: name, path: null, weights: null, tokenizer: null });

  test('has the tensors that transformers has, by name and shape', () => {
    expect(layerTensors(tensors)).toEqual(real.layer);
  });

  test('counts parameters as transformers does, per part', () => {
    expect(shape).toMatchObject({
      tied: real.tied,
      embeddingParameters: real.embeddingParameters,
      finalNormParameters: real.finalNormParameters,
      headParameters: real.headParameters,
      parameters: real.parameters,
      maxPositions: real.maxPositions,
    });
    expect(shape.layers).toHaveLength(real.layers);
    for (const layer of shape.layers) {
      expect(layer.parameters).toBe(real.layerParameters);
      expect(recount(layer)).toBe(real.layerParameters);
    }
    const stored = [...tensors.values()].map(elements).reduce((total, count) => total + count, 0);
    expect(stored).toBe(real.parameters);
    expect(real.persistentBuffers).toBe(0);
  });
});

test('the reference covers every architecture, and the catalogue as it is', () => {
  const covered = Object.values(reference.cases).flatMap(({ config }) => config.architectures);
  expect(new Set(covered)).toEqual(new Set(architectures.map(({ name }) => name)));
  const current = Object.fromEntries(catalogue.map(({ name, config }) => [name, config]));
  const measured = Object.entries(reference.catalogue).map(([name, { config }]) => [name, config]);
  expect(Object.fromEntries(measured)).toEqual(current);
});

/** Totals as published for the real checkpoints: a check of the looked-up configs that does not go through them. */
test.each([
  ['llama2-7b', 6_738_415_616],
  ['llama2-13b', 13_015_864_320],
  ['llama2-70b', 68_976_648_192],
  ['llama3.1-8b', 8_030_261_248],
  ['llama3.1-70b', 70_553_706_496],
  ['mistral-7b', 7_248_023_552],
  ['mistral-small-24b', 23_572_403_200],
  ['qwen2.5-7b', 7_615_616_512],
  ['qwen2.5-14b', 14_770_033_664],
  ['qwen2.5-32b', 32_763_876_352],
  ['qwen2.5-72b', 72_706_203_648],
  ['qwen3-8b', 8_190_735_360],
  ['qwen3-14b', 14_768_307_200],
  ['qwen3-32b', 32_762_123_264],
  ['gemma2-9b', 9_241_705_984],
  ['gemma2-27b', 27_227_128_320],
  ['phi3-mini', 3_821_079_552],
  ['phi3-medium', 13_960_238_080],
  ['phi4', 14_659_507_200],
])('%s has the published number of parameters', async (name, published) => {
  expect((await loadModelShape(name)).parameters).toBe(published);
});

test('only Gemma 2 needs eager attention', async () => {
  const eager = architectures.filter(({ attention }) => attention === 'eager');
  expect(eager.map(({ name }) => name)).toEqual(['Gemma2ForCausalLM']);
  expect(await loadModelShape('gemma2-9b')).toMatchObject({ attention: 'eager' });
});
