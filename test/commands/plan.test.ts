import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planAnswerSchema } from '../../src/plan/what-if.ts';
import { Person } from './cli.ts';

const person = new Person();

/** Plan JSON of `plan` with these arguments, and the exit code. */
async function plan(...args: string[]) {
  const { stdout, exitCode } = await person.run('plan', '--json', ...args);
  return { plan: planAnswerSchema.parse(JSON.parse(stdout)), exitCode };
}

test.each([
  ['p40x2', 'llama2-13b', ['Tesla P40', 'Tesla P40'], 'fp16'],
  ['3090x8', 'llama2-70b', Array(8).fill('NVIDIA GeForce RTX 3090'), 'bf16'],
  ['3090x6', 'llama2-70b', Array(6).fill('NVIDIA GeForce RTX 3090'), 'bf16'],
])('the preset %s fits %s on the cards it is made for', async (preset, model, cards, precision) => {
  const result = await plan('--preset', preset, '--model', model);
  expect(result.exitCode).toBe(0);
  expect(result.plan.stages.map(({ name }) => name)).toEqual(cards);
  expect(result.plan.precision.value).toBe(precision);
});

test('a100x2-freeze gives the card that trains fewer layers', async () => {
  const { plan: decided, exitCode } = await plan('--preset', 'a100x2-freeze', '--model', 'llama2-70b');
  const [first, last] = decided.stages.map(({ layers: [from, to] }) => to - from);
  expect(exitCode).toBe(0);
  expect(first! - last!).toBeGreaterThan(8);
});

test('the demo asks for two stages on the CPU', async () => {
  const { plan: decided } = await plan('--preset', 'demo');
  expect(decided.ranks.map(({ gpu }) => gpu)).toEqual([null, null]);
  expect(decided.device).toBe('cpu');
});

test('what does not fit: exit 3, and the problem is in the plan', async () => {
  const result = await plan('--model', 'llama2-70b', '--gpus', '1x3090');
  expect(result.exitCode).toBe(3);
  expect(result.plan.fits).toBe(false);
  expect(result.plan.problems.find(({ severity }) => severity === 'error')?.fix).toMatch(/./);
});

test('--gpus goes before the cards of the preset, and --set before the preset', async () => {
  const args = ['--preset', 'p40x2', '--model', 'llama2-7b', '--gpus', '3x24GiB', '--set', 'lora.rank=8'];
  const { plan: decided } = await plan(...args);
  expect(decided.ranks).toHaveLength(3);
  expect(decided.training.lora?.rank).toBe(8);
});

test('people are told which cards were taken', async () => {
  const { stdout } = await person.run('plan', '--preset', 'p40x2', '--model', 'llama2-13b');
  expect(stdout).toMatch(/^Planned for 2xP40, which the preset is made for/);
  expect(stdout).toMatch(/It fits\.$/);
});

test('smaller cards stand on the one that is here, or there is none to stand on', async () => {
  const args = ['plan', '--model', 'llama2-13b', '--emulate', '4x24GiB@12%'];
  const { stdout } = await new Person('h200').run(...args);
  const { ranks } = planAnswerSchema.parse(
    JSON.parse((await new Person('h200').run(...args, '--json')).stdout),
  );
  expect(new Set(ranks.map(({ gpu }) => gpu?.uuid)).size).toBe(1);
  expect(ranks.map(({ gpu }) => gpu?.emulated?.smPercent)).toEqual([12, 12, 12, 12]);
  expect(stdout).toContain('24 GiB and 12 % of NVIDIA H200');
  const refused = await person.run(...args);
  expect(refused.exitCode).toBe(3);
  expect(refused.stderr).toMatch(/there is none\. .*plan --gpus.*--device cpu/s);
});

test('a device_map of Hugging Face is a split; what moves is said', async () => {
  const file = join(person.folder, 'map.json');
  const layers = Object.fromEntries(
    Array.from({ length: 80 }, (_, i) => [`model.layers.${i}`, i < 47 ? 0 : 1]),
  );
  writeFileSync(file, JSON.stringify({ ...layers, 'model.embed_tokens': 0, lm_head: 0, 'model.norm': 1 }));
  const args = ['--preset', 'a100x2-freeze', '--model', 'llama2-70b', '--device-map', 'map.json'];
  const { plan: decided } = await plan(...args);
  expect(decided.stages.map((stage) => stage.layers)).toEqual([
    [0, 47],
    [47, 80],
  ]);
  const { stdout } = await person.run('plan', ...args);
  expect(stdout).toContain('lm_head on device 0; here it goes to the last stage');
  const other = await person.run('plan', '--model', 'llama2-13b', '--gpus', '2x3090', '--device-map', file);
  expect([other.exitCode, other.stderr]).toEqual([
    2,
    expect.stringContaining('model.layers.40 is beyond llama2-13b'),
  ]);
});
