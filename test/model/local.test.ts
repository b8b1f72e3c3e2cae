import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadModelShape } from '../../src/model/load.ts';
import { entriesOf, modelFiles, safetensors, tinyConfig, writeFiles } from './checkpoint-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ft-wizard-model-'));
});
afterEach(() => rm(folder, { recursive: true }));

const entries = entriesOf(tinyConfig);

/** Writes a model and loads it. */
async function load(files: Record<string, Buffer | string>) {
  await writeFiles(folder, files);
  return loadModelShape(folder);
}

describe('a folder', () => {
  test('gives its shape, its size and where it is', async () => {
    const files = modelFiles(tinyConfig);
    await writeFiles(join(folder, 'tiny'), files);
    const shape = await loadModelShape('./tiny', { cwd: folder });
    expect(shape).toMatchObject({
      source: './tiny',
      path: join(folder, 'tiny'),
      architecture: 'LlamaForCausalLM',
      headDim: 4,
      checkpointBytes: files['model.safetensors']!.length,
      largestTensorBytes: 2 * 12 * 8,
    });
  });

  test('may have its weights in shards', async () => {
    const files = modelFiles(tinyConfig, entries, 3);
    const shape = await load(files);
    const weights = Object.entries(files).filter(([name]) => name.endsWith('.safetensors'));
    expect(shape.checkpointBytes).toBe(weights.reduce((total, [, data]) => total + data.length, 0));
  });

  test('may store tensors that the model does not need', async () => {
    const rotary = {
      name: 'model.layers.0.self_attn.rotary_emb.inv_freq',
      dtype: 'F64',
      shape: [2],
      bytes: 16,
    };
    const tied = { ...tinyConfig, tie_word_embeddings: true };
    await expect(load(modelFiles(tied, [...entries, rotary]))).resolves.toMatchObject({ tied: true });
  });

  test('may be in fp32', async () => {
    const wide = entries.map((entry) => ({ ...entry, dtype: 'F32', bytes: 2 * entry.bytes }));
    await expect(load(modelFiles(tinyConfig, wide))).resolves.toMatchObject({
      largestTensorBytes: 4 * 12 * 8,
    });
  });
});

describe('config.json', () => {
  const withConfig = (config: object) =>
    modelFiles(tinyConfig, entries) && { ...modelFiles(tinyConfig), 'config.json': JSON.stringify(config) };

  test.each([
    ['not there', { 'model.safetensors': safetensors(entries) }, 'not-a-model', /has no config\.json/],
    ['an adapter', { 'adapter_config.json': '{}' }, 'not-a-model', /is a LoRA adapter, not a model/],
    [
      'not JSON',
      { 'config.json': '{\n  "hidden_size": 8,\n}' },
      'bad-model-config',
      /config\.json:3 is not JSON/,
    ],
    ['no object', { 'config.json': '[]' }, 'bad-model-config', /config\.json holds no JSON object/],
    ['nameless', { 'config.json': '{}' }, 'bad-model-config', /does not name its architecture/],
    [
      'of an unknown architecture',
      withConfig({ ...tinyConfig, architectures: ['BaichuanForCausalLM'] }),
      'unsupported-architecture',
      /architecture BaichuanForCausalLM is not supported/,
    ],
    [
      'multimodal',
      withConfig({ architectures: ['Gemma3ForConditionalGeneration'], text_config: {} }),
      'unsupported-architecture',
      /with its vision tower/,
    ],
    [
      'quantized',
      withConfig({ ...tinyConfig, quantization_config: { quant_method: 'gptq', bits: 4 } }),
      'quantized-model',
      /the weights are quantized \(gptq\)/,
    ],
    [
      'incomplete',
      withConfig({ ...tinyConfig, num_hidden_layers: undefined }),
      'bad-model-config',
      /config\.json: num_hidden_layers: /,
    ],
    [
      'of heads that do not divide',
      withConfig({ ...tinyConfig, num_attention_heads: 3 }),
      'bad-model-config',
      /hidden_size 8 cannot be divided among num_attention_heads 3/,
    ],
    [
      'of kv heads that do not divide',
      withConfig({ ...tinyConfig, num_attention_heads: 4, num_key_value_heads: 3 }),
      'bad-model-config',
      /num_attention_heads 4 is not a multiple of num_key_value_heads 3/,
    ],
  ])('%s is refused', async (_, files, code, message) => {
    await expect(load(files)).rejects.toMatchObject({
      code,
      exitCode: 2,
      message: expect.stringMatching(message),
    });
  });

  test('of an unknown architecture lists the known ones', async () => {
    const files = withConfig({ ...tinyConfig, architectures: ['GPT2LMHeadModel'] });
    await expect(load(files)).rejects.toMatchObject({
      fix: expect.stringMatching(/Llama.*Gemma3.*Phi3ForCausalLM/),
    });
  });
});

describe('weights', () => {
  const whole = modelFiles(tinyConfig)['model.safetensors']!;
  const config = { 'config.json': JSON.stringify(tinyConfig) };
  const { 'model-00002-of-00003.safetensors': _, ...oneShardShort } = modelFiles(tinyConfig, entries, 3);
  const changed = (name: string, change: object) =>
    modelFiles(
      tinyConfig,
      entries.map((entry) => (entry.name === name ? { ...entry, ...change } : entry)),
    );

  test.each([
    ['pickled', { ...config, 'pytorch_model.bin': 'x' }, 'no-safetensors', /PyTorch pickles/],
    ['GGUF', { ...config, 'model.Q4_K_M.gguf': 'x' }, 'no-safetensors', /GGUF files only/],
    ['absent', config, 'no-safetensors', /has no weights/],
    [
      'a shard short',
      oneShardShort,
      'checkpoint-incomplete',
      /lacks 1 of 3 weight files: model-00002-of-00003/,
    ],
    [
      'cut in the data',
      { ...config, 'model.safetensors': whole.subarray(0, -1) },
      'checkpoint-damaged',
      /is cut short: it has \d+ of at least \d+ bytes/,
    ],
    [
      'cut in the header',
      { ...config, 'model.safetensors': whole.subarray(0, 60) },
      'checkpoint-damaged',
      /is cut short/,
    ],
    [
      'empty',
      { ...config, 'model.safetensors': '' },
      'checkpoint-damaged',
      /is cut short: it has 0 of at least 8/,
    ],
    [
      'a Git LFS pointer',
      { ...config, 'model.safetensors': 'version https://git-lfs.github.com/spec/v1\n' },
      'checkpoint-damaged',
      /is a Git LFS pointer/,
    ],
    [
      'no safetensors',
      { ...config, 'model.safetensors': Buffer.alloc(64, 0x7f) },
      'checkpoint-damaged',
      /no valid safetensors file/,
    ],
    [
      'of a bad header',
      {
        ...config,
        'model.safetensors': Buffer.concat([whole.subarray(0, 8), Buffer.alloc(whole.length - 8, 0x20)]),
      },
      'checkpoint-damaged',
      /its header is no JSON object/,
    ],
    [
      'a tensor short',
      modelFiles(tinyConfig, entries.slice(0, -2)),
      'checkpoint-mismatch',
      /lack model\.norm\.weight and 1 more/,
    ],
    [
      'of another shape',
      changed('model.norm.weight', { shape: [9], bytes: 18 }),
      'checkpoint-mismatch',
      /model\.norm\.weight has shape \[9\] where config\.json calls for \[8\]/,
    ],
    [
      'quantized',
      changed('lm_head.weight', { dtype: 'I8', bytes: 80 }),
      'unsupported-dtype',
      /lm_head\.weight is stored as I8/,
    ],
    [
      'short of bytes',
      changed('lm_head.weight', { bytes: 158 }),
      'checkpoint-damaged',
      /takes 158 bytes where its shape needs 160/,
    ],
  ])('%s are refused', async (_, files, code, message) => {
    await expect(load(files)).rejects.toMatchObject({
      code,
      exitCode: 2,
      message: expect.stringMatching(message),
    });
  });

  test('in an index that leads out of the folder are refused', async () => {
    const index = JSON.stringify({ weight_map: { 'lm_head.weight': '../../secret.safetensors' } });
    const files = { ...config, 'model.safetensors.index.json': index };
    await expect(load(files)).rejects.toMatchObject({
      code: 'checkpoint-damaged',
      message: expect.stringContaining('is no safetensors index'),
    });
  });

  test('behind a link that leads nowhere are refused', async () => {
    await symlink(join(folder, 'gone'), join(folder, 'model.safetensors'));
    await expect(load(config)).rejects.toMatchObject({
      code: 'model-unreadable',
      exitCode: 2,
      message: `cannot read ${join(folder, 'model.safetensors')}: ENOENT`,
    });
  });
});
