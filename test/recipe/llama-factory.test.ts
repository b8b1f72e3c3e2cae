import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { importLlamaFactory, isLlamaFactory } from '../../src/recipe/llama-factory/import.ts';
import { parseRecipe } from '../../src/recipe/parse.ts';
import { parsePreset } from '../../src/recipe/preset.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'llama-factory-'));
});

const minimal = { model_name_or_path: 'org/model-7b', stage: 'sft', do_train: true };

/** Arguments as the file's content; JSON is YAML. */
const read = (args: object, file = 'sft.yaml') => importLlamaFactory(JSON.stringify(args), file, home);

const differencesOf = async (args: object) =>
  (await read({ ...minimal, ...args })).differences.map(({ argument, reason }) => [argument, reason]);

/** Writes LLaMA-Factory's list of datasets. */
function writeList(entries: object, folder = join(home, 'data')): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'dataset_info.json'), JSON.stringify(entries));
}

describe('a LoRA configuration', () => {
  const text = `
### model
model_name_or_path: org/llama-3-8b-instruct
trust_remote_code: true

### method
stage: sft
do_train: true
finetuning_type: lora
lora_rank: 8
lora_target: all

### dataset
dataset: identity,alpaca_en_demo
template: llama3
cutoff_len: 2048
max_samples: 1000
overwrite_cache: true
preprocessing_num_workers: 16

### output
output_dir: saves/llama3-8b/lora/sft
logging_steps: 10
save_steps: 500
plot_loss: true

### train
per_device_train_batch_size: 1
gradient_accumulation_steps: 8
learning_rate: 1.0e-4
num_train_epochs: 3.0
lr_scheduler_type: cosine
warmup_ratio: 0.1
bf16: true
ddp_timeout: 180000000
resume_from_checkpoint: null

### eval
# val_size: 0.1
`;

  test('is a preset that trains the same', async () => {
    writeList({
      identity: { file_name: 'identity.json' },
      alpaca_en_demo: { file_name: 'alpaca_en_demo.json' },
    });
    const { preset, differences, unneeded } = await importLlamaFactory(
      text,
      'examples/llama3_lora_sft.yaml',
      home,
    );
    expect(preset).toEqual({
      name: 'llama3-lora-sft',
      description: "From LLaMA-Factory's llama3_lora_sft.yaml",
      recipe: {
        model: 'org/llama-3-8b-instruct',
        dataset: [join(home, 'data/identity.json'), join(home, 'data/alpaca_en_demo.json')],
        template: 'auto',
        method: 'lora',
        lora: { rank: 8, alpha: 16, dropout: 0, targets: 'all-linear' },
        precision: 'bf16',
        cutoffLength: 2048,
        batchSize: 8,
        packing: false,
        epochs: 3,
        optimizer: { beta1: 0.9, beta2: 0.999, eps: 1e-8 },
        weightDecay: 0,
        maxGradNorm: 1,
        learningRate: 1e-4,
        scheduler: 'cosine',
        warmupRatio: 0.1,
        saveSteps: 500,
        evalRatio: 0,
        seed: 42,
        output: join(home, 'saves/llama3-8b/lora/sft'),
      },
    });
    expect(() => parseRecipe(parsePreset(preset, 'x').recipe, 'x')).not.toThrow();
    expect(differences.map(({ argument, value, reason }) => `${argument} ${value} ${reason}`)).toEqual([
      'template "llama3" own-template',
      'per_device_train_batch_size 1 batch-of-one-process',
      'trust_remote_code true no-remote-code',
      'max_samples 1000 all-rows',
    ]);
    expect(unneeded).toEqual([
      'do_train',
      'overwrite_cache',
      'preprocessing_num_workers',
      'logging_steps',
      'plot_loss',
      'ddp_timeout',
    ]);
  });
});

test("what is left open takes LLaMA-Factory's defaults, not ours", async () => {
  const { preset, taken } = await read({ model_name_or_path: 'org/m' });
  expect(preset.recipe).toMatchObject({
    lora: { rank: 8, alpha: 16, dropout: 0, targets: 'all-linear' },
    precision: 'auto',
    cutoffLength: 2048,
    batchSize: 8,
    learningRate: 5e-5,
    scheduler: 'linear',
    warmupRatio: 0,
    saveSteps: 500,
  });
  expect(taken.filter(({ isDefault }) => !isDefault).map(({ setting }) => setting)).toEqual(['model']);
});

test.each([
  [
    { finetuning_type: 'freeze', freeze_trainable_layers: 8 },
    { method: 'freeze', freeze: { layers: 8 } },
  ],
  [{ finetuning_type: 'freeze', num_layer_trainable: 3 }, { freeze: { layers: 3 } }],
  [{ finetuning_type: 'freeze' }, { freeze: { layers: 2 } }],
  [{ lora_target: 'q_proj, v_proj' }, { lora: { targets: ['q_proj', 'v_proj'] } }],
  [{ lora_target: ['q_proj'] }, { lora: { targets: ['q_proj'] } }],
  [{ lora_rank: 16, lora_alpha: 8, use_rslora: true }, { lora: { rank: 16, alpha: 32 } }],
  [{ fp16: true }, { precision: 'fp16' }],
  [{ pure_bf16: true }, { precision: 'bf16' }],
  // Numbers as YAML of Python has them.
  [
    { learning_rate: '1e-4', bf16: 'yes' },
    { learningRate: 1e-4, precision: 'bf16' },
  ],
  [{ per_device_train_batch_size: 2, gradient_accumulation_steps: 4 }, { batchSize: 8 }],
  [{ neat_packing: true }, { packing: true }],
  [{ group_by_length: true }, { groupByLength: true }],
  [
    { max_steps: 200, warmup_steps: 20 },
    { maxSteps: 200, warmupRatio: 0.1 },
  ],
  [{ warmup_steps: 0.05 }, { warmupRatio: 0.05 }],
  [
    { lr_scheduler_type: 'constant_with_warmup', warmup_ratio: 0.1 },
    { scheduler: 'constant', warmupRatio: 0.1 },
  ],
  [
    { lr_scheduler_type: 'constant', warmup_ratio: 0.1 },
    { scheduler: 'constant', warmupRatio: 0 },
  ],
  [{ val_size: 0.1 }, { evalRatio: 0.1 }],
  [{ template: 'chatml' }, { template: 'chatml' }],
  [{ disable_gradient_checkpointing: true }, { checkpointing: 'none' }],
  [
    { adam_beta2: 0.95, weight_decay: 0.01, seed: 7 },
    { optimizer: { beta2: 0.95 }, weightDecay: 0.01, seed: 7 },
  ],
])('%j becomes %j', async (args, recipe) => {
  const { preset } = await read({ ...minimal, ...args });
  expect(preset.recipe).toMatchObject(recipe);
  expect(() => parseRecipe(preset.recipe, 'x')).not.toThrow();
});

test.each([
  [{ quantization_bit: 4 }, 'quantization_bit', 'not-quantized'],
  [{ lr_scheduler_type: 'polynomial' }, 'lr_scheduler_type', 'linear-scheduler'],
  [{ warmup_steps: 20 }, 'warmup_steps', 'share-of-warm-up'],
  [{ val_size: 500 }, 'val_size', 'share-held-out'],
  [{ save_strategy: 'epoch' }, 'save_strategy', 'saved-by-steps'],
  [{ optim: 'paged_adamw_8bit' }, 'optim', 'plain-adamw'],
  [{ max_grad_norm: 0 }, 'max_grad_norm', 'clipped'],
  [{ packing: true }, 'packing', 'packed-apart'],
  [{ template: 'alpaca' }, 'template', 'alpaca-without-preamble'],
  [
    { finetuning_type: 'freeze', freeze_trainable_modules: 'mlp' },
    'freeze_trainable_modules',
    'every-module',
  ],
  [{ adapter_name_or_path: 'saves/x' }, 'adapter_name_or_path', 'new-adapter'],
  [{ use_dora: true }, 'use_dora', 'plain-lora'],
  [{ lora_rnak: 8 }, 'lora_rnak', 'unknown'],
])('%j is said to be done otherwise', async (args, argument, reason) => {
  expect(await differencesOf(args)).toContainEqual([argument, reason]);
});

test('what is turned off is no difference, and what only concerns the work is none', async () => {
  expect(
    await differencesOf({
      use_dora: false,
      neftune_noise_alpha: 0,
      quantization_bit: null,
      deepspeed: 'z3.json',
    }),
  ).toEqual([]);
});

test.each([
  [{ stage: 'dpo' }, /sft\.yaml: stage is "dpo"/],
  [{ finetuning_type: 'full' }, /finetuning_type is "full"/],
  [{ finetuning_type: 'freeze', freeze_trainable_layers: -4 }, /freeze_trainable_layers is -4/],
  [{ lora_rank: 'eight' }, /lora_rank is "eight"/],
  [{ bf16: 'maybe' }, /bf16 is "maybe"/],
  [{ model_name_or_path: null }, /names no model_name_or_path/],
])('%j is refused', async (args, message) => {
  await expect(read({ ...minimal, ...args })).rejects.toMatchObject({
    code: 'bad-llama-factory',
    message: expect.stringMatching(message),
    exitCode: 2,
  });
});

test.each([
  ['a: [1', /is not YAML/],
  ['just text', /has no arguments/],
])('text %j is refused', async (text, message) => {
  await expect(importLlamaFactory(text, 'x.yaml', home)).rejects.toThrow(message);
});

describe('datasets', () => {
  test.each([
    [{ file_name: 'a.json', columns: { prompt: 'instruction', response: 'output' } }, null],
    [
      {
        file_name: 'a.jsonl',
        formatting: 'sharegpt',
        columns: { messages: 'messages' },
        tags: { role_tag: 'role', content_tag: 'content', user_tag: 'user', assistant_tag: 'assistant' },
      },
      null,
    ],
    [{ file_name: '/elsewhere/a.json' }, null],
    [{ file_name: 'a.json', columns: { prompt: 'question' } }, 'dataset-columns'],
    [{ file_name: 'a.json', formatting: 'sharegpt', columns: { images: 'images' } }, 'dataset-columns'],
    [{ file_name: 'a.parquet' }, 'dataset-no-json'],
    [{ file_name: 'a.json', ranking: true }, 'dataset-of-preferences'],
    [{ hf_hub_url: 'org/data' }, 'dataset-of-a-hub'],
  ])('%j: %s', async (entry, reason) => {
    writeList({ mine: entry });
    const { preset, differences } = await read({ ...minimal, dataset: 'mine' });
    expect(differences).toEqual(reason === null ? [] : [{ argument: 'dataset', value: 'mine', reason }]);
    const file = reason === null ? resolve(home, 'data', entry.file_name!) : undefined;
    expect(preset.recipe.dataset).toBe(file);
  });

  test('one that is not listed is said, and the others are taken', async () => {
    writeList({ mine: { file_name: 'a.json', num_samples: 50 } });
    const { preset, differences } = await read({ ...minimal, dataset: 'mine,theirs' });
    expect(preset.recipe.dataset).toBe(join(home, 'data/a.json'));
    expect(differences).toEqual([
      { argument: 'num_samples', value: '50 of mine', reason: 'all-rows' },
      { argument: 'dataset', value: 'theirs', reason: 'unknown-dataset' },
    ]);
  });

  test('without their list they are left open', async () => {
    expect((await read({ ...minimal, dataset: 'mine' })).differences).toEqual([
      { argument: 'dataset', value: 'mine', reason: 'no-dataset-list' },
    ]);
  });

  test('their list is also found above the file', async () => {
    const factory = join(home, 'factory');
    writeList({ mine: { file_name: 'a.json' } }, join(factory, 'data'));
    const file = join(factory, 'examples', 'train_lora', 'sft.yaml');
    expect((await read({ ...minimal, dataset: 'mine' }, file)).preset.recipe.dataset).toBe(
      join(factory, 'data', 'a.json'),
    );
  });
});

test('a model that is a folder here is named from anywhere', async () => {
  mkdirSync(join(home, 'models', 'm'), { recursive: true });
  const { preset } = await read({ model_name_or_path: 'models/m' });
  expect(preset.recipe.model).toBe(join(home, 'models', 'm'));
});

test('a result is not put among files that are there', async () => {
  mkdirSync(join(home, 'saves'));
  writeFileSync(join(home, 'saves', 'adapter_config.json'), '{}');
  const { preset, differences } = await read({ ...minimal, output_dir: 'saves' });
  expect(preset.recipe.output).toBeUndefined();
  expect(differences).toEqual([{ argument: 'output_dir', value: '"saves"', reason: 'output-in-use' }]);
});

test.each([
  ['x.yaml', '', true],
  ['x.YML', '', true],
  ['x.json', '{"model_name_or_path": "m"}', true],
  ['x.json', '{"name": "x", "recipe": {"model": "m"}}', false],
])('%s with %s is of LLaMA-Factory: %s', (file, text, expected) => {
  expect(isLlamaFactory(file, text)).toBe(expected);
});
