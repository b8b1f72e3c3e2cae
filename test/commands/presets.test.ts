import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { Person } from './cli.ts';

let person: Person;
beforeEach(() => {
  person = new Person();
});

test('save, list, show, export, import under another name, rm', async () => {
  const saved = await person.run(
    'presets',
    'save',
    'mine',
    '--preset',
    'p40x2',
    '--model',
    './m',
    '--set',
    'lora.rank=8',
    '--description',
    'Mine.',
  );
  expect(saved).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('ft-wizard --preset mine') });

  const listed = await person.run('presets', 'list', '--json');
  const entries = listed.stdout.split('\n').map((line) => JSON.parse(line));
  expect(entries.at(-1)).toMatchObject({ name: 'mine', source: 'yours', cards: '2xP40' });

  const shown = JSON.parse((await person.run('presets', 'show', 'mine', '--json')).stdout);
  expect(shown.recipe).toMatchObject({ model: './m', lora: { rank: 8, targets: 'qv' } });

  const exported = await person.run('presets', 'export', 'mine', '--to', 'mine.json');
  expect(exported.stderr).toMatch(/recipe\.model$/);
  const again = await person.run('presets', 'export', 'mine', '--to', 'mine.json');
  expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('it exists already') });

  expect((await person.run('presets', 'import', 'mine.json')).stderr).toContain(
    'You already have a preset mine',
  );
  expect((await person.run('presets', 'import', 'mine.json', '--as', 'theirs')).exitCode).toBe(0);
  expect((await person.run('presets', 'rm', 'mine')).exitCode).toBe(0);
  expect((await person.run('presets', 'show', 'mine')).exitCode).toBe(2);
  expect((await person.run('presets', 'show', 'theirs')).stdout).toMatchInlineSnapshot(`
    "theirs: Mine.
    Made for 2xP40.
      method        lora
      lora.rank     8
      lora.alpha    512
      lora.dropout  0.1
      lora.targets  qv
      cutoffLength  1024
      batchSize     16
      learningRate  0.0001
      saveSteps     50
    Left open, to be given: --model, --dataset"
  `);
});

test('an export is a preset file on stdout and nothing else', async () => {
  const { stdout, stderr } = await person.run('presets', 'export', 'demo');
  const shipped = readFileSync(new URL('../../presets/demo.json', import.meta.url), 'utf8');
  expect(JSON.parse(stdout)).toEqual(JSON.parse(shipped));
  expect(stderr).toBe('');
});

test("someone else's preset that reaches too far is refused with the field's path, and nothing is kept", async () => {
  const theirs = { name: 'theirs', description: 'x', recipe: { dataset: '/etc/passwd' } };
  writeFileSync(join(person.folder, 'theirs.json'), JSON.stringify(theirs));
  const { exitCode, stderr } = await person.run('presets', 'import', 'theirs.json');
  expect(exitCode).toBe(2);
  expect(stderr).toContain(
    'theirs.json: recipe.dataset is not a file below the working folder: "/etc/passwd"',
  );
  expect((await person.run('presets', 'show', 'theirs')).exitCode).toBe(2);
});

test("LLaMA-Factory's configuration is imported, and everything in it is accounted for", async () => {
  const arguments_ = [
    'model_name_or_path: org/model-7b',
    'finetuning_type: lora',
    'lora_target: q_proj,v_proj',
    'quantization_bit: 4',
    'deepspeed: ds_z3.json',
    'lora_rnak: 4',
    'fp16: true',
  ];
  writeFileSync(join(person.folder, 'my_sft.yaml'), arguments_.join('\n'));
  const { stdout, exitCode } = await person.run('presets', 'import', 'my_sft.yaml');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('Use it with: ft-wizard --preset my-sft');
  expect(stdout).toMatch(/^ {2}lora\.rank +8 +LLaMA-Factory's default of lora_rank$/m);
  expect(stdout).toMatch(/^ {2}lora\.targets +q_proj,v_proj +lora_target$/m);
  expect(stdout).toMatch(/^ {2}quantization_bit: 4 {2}Weights are not quantized/m);
  expect(stdout).toMatch(/^ {2}lora_rnak: 4 {2}It is not known here/m);
  expect(stdout).toContain('Of no matter here: deepspeed.');

  const shown = JSON.parse((await person.run('presets', 'show', 'my-sft', '--json')).stdout);
  expect(shown.recipe).toMatchObject({ model: 'org/model-7b', precision: 'fp16' });
  const again = await person.run('presets', 'import', 'my_sft.yaml', '--as', 'again', '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({
    name: 'again',
    differences: expect.arrayContaining([{ argument: 'lora_rnak', value: '4', reason: 'unknown' }]),
    unneeded: ['deepspeed'],
  });
});

test('a configuration for another kind of training is refused', async () => {
  writeFileSync(join(person.folder, 'dpo.yaml'), 'model_name_or_path: org/m\nstage: dpo\n');
  const { stderr, exitCode } = await person.run('presets', 'import', 'dpo.yaml');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('dpo.yaml: stage is "dpo", and only supervised fine-tuning (sft) is trained here');
});
