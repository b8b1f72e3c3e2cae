// Two sides, one truth: what the planner counts must equal, to the byte, what the trainer counts on the stages it builds.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findArchitecture } from '../../src/model/architectures.ts';
import { buildShape } from '../../src/model/build.ts';
import { parseModelConfig } from '../../src/model/config.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { Plan } from '../../src/plan/schema.ts';
import type { RecipeInput } from '../../src/recipe/schema.ts';
import { cards, planInput } from './fixtures.ts';

const root = path.resolve(import.meta.dirname, '../..');
const python = path.join(root, '.setup/python/bin/python');

/** Tiny models of every architecture, of 3 layers, with odd measures; the model room's own reference. */
const reference: Record<string, { config: Record<string, unknown> }> = JSON.parse(
  readFileSync(path.join(root, 'test/fixtures/model/transformers.json'), 'utf8'),
).cases;

const recipes: Partial<RecipeInput>[] = [
  { lora: { rank: 3, targets: 'qv' }, split: '3', precision: 'fp16' },
  { lora: { rank: 8, targets: 'all-linear' }, split: '1,2', precision: 'bf16' },
  { method: 'freeze', freeze: { layers: 1 }, split: '1,1,1', precision: 'fp32' },
  { method: 'freeze', freeze: { layers: 2 }, split: '2,1', precision: 'fp16' },
  { method: 'freeze', freeze: { layers: 3 }, split: '3', precision: 'bf16' },
];

const folder = mkdtempSync(path.join(tmpdir(), 'ft-wizard-two-sides-'));
afterAll(() => rmSync(folder, { recursive: true }));

const cases = Object.entries(reference).flatMap(([name, { config: fields }], place) => {
  const [architecture] = fields.architectures as [string];
  const config = { ...fields, model_type: findArchitecture(architecture)!.modelType };
  const model = path.join(folder, `model-${place}`);
  return recipes.map((recipe) => ({ name: `${name}: ${JSON.stringify(recipe)}`, config, model, recipe }));
});

const counted = new Map<string, unknown>();
const plans = new Map<string, Plan>();

beforeAll(async () => {
  const files = cases.map(({ name, config, model, recipe }, place) => {
    mkdirSync(model, { recursive: true });
    writeFileSync(path.join(model, 'config.json'), JSON.stringify(config));
    const shape = buildShape(parseModelConfig(JSON.stringify(config), name), {
      source: model,
      path: model,
      weights: null,
      tokenizer: null,
    });
    const plan = makePlan(planInput({ model, ...recipe }, { model: shape, cards: cards(3) }));
    plans.set(name, plan);
    const file = path.join(folder, `plan-${place}.json`);
    writeFileSync(file, JSON.stringify(plan));
    return file;
  });
  const { stdout } = await execa(
    python,
    ['-m', 'ft_trainer', 'account', ...files.flatMap((file) => ['--plan', file])],
    {
      env: { PYTHONPATH: path.join(root, 'python'), OMP_NUM_THREADS: '1' },
    },
  );
  for (const [place, line] of stdout.trim().split('\n').entries()) {
    counted.set(cases[place]!.name, JSON.parse(line).stages);
  }
}, 120_000);

test.each(cases.map(({ name }) => name))('%s', (name) => {
  const planned = plans.get(name)!.stages.map(({ breakdown }) => ({
    weights: breakdown.weights,
    trainables: breakdown.trainables,
    gradients: breakdown.gradients,
    optimizer: breakdown.optimizer,
  }));
  expect(counted.get(name)).toEqual(planned);
});
