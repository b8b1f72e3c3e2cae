import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type AboutError, type ErrorKey, type ErrorWords, UserError } from '../../src/errors.ts';
import { packageRoot } from '../../src/package-root.ts';
import { catalogueFor, languages } from '../../src/ui/strings/catalogue.ts';
import { formatBytes } from '../../src/units.ts';
import { isEnglish } from './examples.ts';

const card = { index: 3, name: 'RTX A6000', uuid: 'GPU-8ce8364f' };
const where = '/models/yi/config.json';
const file = '/models/yi/model.safetensors';
const tensor = 'model.norm.weight';
const reason = 'EIO';
const hub = 'https://hub';
const installing = {
  step: { torch: 'torch==2.13.0', build: 'cu130' },
  said: ['ERROR: no'],
  log: '/logs/x.log',
};

/** Of each error an example, or several where it is said in different ways. */
const examples: { [Key in ErrorKey]: AboutError[Key][] } = {
  'unknown-card': [{ name: 'P41', spec: '2xP41', known: ['p40', '3090'] }],
  'bad-card-spec': [
    { spec: '0xP40', asks: { cards: 99, part: '99xP40' }, most: 64 },
    { spec: ',', asks: { gibibytes: 5000 }, most: 64 },
    { spec: 'a,b', asks: { cards: 70, part: null }, most: 64 },
  ],
  'no-card-selected': [{ selector: ',,' }],
  'card-twice': [{ selector: '3,3', card: { index: 3, name: 'RTX A6000' } }],
  'card-ambiguous': [{ wanted: 'GPU-8', matches: 2, there: [card] }],
  'card-gone': [
    { wanted: '7', there: [card] },
    { wanted: '7', there: [] },
  ],
  'card-gone/of-a-run': [{ name: card.name, uuid: card.uuid }],
  'emulated-run': [null],
  'no-cards': [null],
  'no-cards/found': [
    { reason: 'not-installed' },
    { reason: 'none-usable' },
    { reason: { silentFor: 10 } },
    { reason: { cannotRun: 'EACCES' } },
    { reason: { exitCode: 255, said: 'Failed' } },
  ],
  'no-cards/to-emulate': [{ spec: '6x24GiB', reason: 'none-usable' }],
  'no-cards/to-measure': [{ reason: 'not-installed' }],
  'bad-card-spec/emulated': [{ spec: '6x24' }],
  'imagined-cards': [{ gpus: '2xP40' }],
  'path-unreadable': [{ path: '/runs', reason }],

  'model-not-found': [
    { source: 'lama', near: ['llama2-7b', 'llama2-13b'], examples: [] },
    { source: 'x', near: [], examples: ['llama2-7b', 'qwen3-8b'] },
  ],
  'model-not-found/folder': [
    { folder: '/m/lama/x', ends: { at: '/m', lacks: 'lama' }, near: ['/m/llama'] },
    { folder: '/m/lama', ends: null, near: [] },
  ],
  'model-not-found/hub': [
    { id: 'a/b', hub, near: ['a/c'] },
    { id: 'a/b', hub, near: [] },
  ],
  'model-not-cached': [{ id: 'a/b' }],
  'bad-endpoint': [{ url: 'hub.example' }],
  'model-gated': [
    { page: `${hub}/a/b`, signed: true },
    { page: `${hub}/a/b`, signed: false },
  ],
  'bad-token': [{ hub }],
  'hub-unreachable': [
    { hub, reason, proxy: true },
    { hub, reason, proxy: false },
  ],
  'hub-unreachable/timeout': [{ hub, seconds: 60, proxy: false }],
  'hub-unreachable/status': [{ hub, status: '503 Gone' }],
  'hub-unreachable/strange': [{ hub, reason }],
  'not-a-model': [{ where }],
  'not-a-model/adapter': [{ where }],
  'not-a-model/file': [{ file, folder: '/models/yi' }],
  'model-unreadable': [{ path: file, reason }],
  'bad-model-config/not-json': [
    { where, line: '7', reason },
    { where, line: null, reason },
  ],
  'bad-model-config/no-object': [{ where }],
  'bad-model-config': [{ where, field: 'vocab_size', reason }],
  'bad-model-config/heads': [{ where, hidden: 100, heads: 3 }],
  'bad-model-config/kv-heads': [{ where, heads: 32, kvHeads: 5 }],
  'bad-model-config/architecture': [{ where, supported: ['LlamaForCausalLM', 'Qwen3ForCausalLM'] }],
  'unsupported-architecture': [{ where, named: 'BertModel', supported: ['LlamaForCausalLM'] }],
  'unsupported-architecture/vision': [{ where, named: 'Gemma3', python: 'm.save_pretrained(FOLDER)' }],
  'quantized-model': [
    { where, method: 'awq' },
    { where, method: null },
  ],
  'no-safetensors': [{ where, looked: ['model.safetensors', 'model.safetensors.index.json'] }],
  'no-safetensors/pickles': [{ where }],
  'no-safetensors/gguf': [{ where }],
  'checkpoint-incomplete': [{ where, missing: ['m-1.safetensors', 'm-3.safetensors'], of: 5 }],
  'checkpoint-damaged/not-json': [{ where, line: '7', reason }],
  'checkpoint-damaged/no-object': [{ where }],
  'checkpoint-damaged/index': [{ where }],
  'checkpoint-damaged/lfs-pointer': [{ file }],
  'checkpoint-damaged/cut-short': [{ file, has: 1234, needs: 5678 }],
  'checkpoint-damaged/header-length': [{ file, bytes: 987654321n }],
  'checkpoint-damaged/header': [{ file }],
  'checkpoint-damaged/entry': [{ file, tensor }],
  'checkpoint-damaged/bytes': [{ file, tensor, bytes: 12, needs: 24 }],
  'checkpoint-mismatch': [
    { where, tensor, more: 6 },
    { where, tensor, more: 0 },
  ],
  'checkpoint-mismatch/shape': [{ file, tensor, shape: [3, 4], expected: [5, 6] }],
  'unsupported-dtype': [{ file, tensor, dtype: 'F8' }],

  'dataset-not-found': [{ path: '/rows.jsonl' }],
  'not-a-dataset/folder': [{ path: '/rows' }],
  'not-a-dataset/empty': [{ path: '/rows.jsonl' }],
  'dataset-missing': [null],
  'dataset-mixed': [{ lengths: '/l.json', other: '/rows.jsonl' }],
  'no-tokenizer/shape': [{ model: 'llama2-7b', dataset: '/rows.jsonl' }],
  'output-exists': [{ output: '/out' }],
  'folder-unreadable': [
    { folder: '/m', reason },
    { folder: '/m', reason: null },
  ],

  'recipe-invalid': [
    { where: 'preset.json', faults: [{ wrong: 'missing', field: 'model' }] },
    {
      where: 'preset.json',
      faults: [
        { wrong: 'unknown', field: '"lora.rnk"', meant: 'lora.rank', known: [] },
        { wrong: 'unknown', field: '"xyz"', meant: null, known: ['seed', 'epochs'] },
        { wrong: 'missing', field: 'dataset' },
      ],
    },
  ],
  'preset-invalid': [{ where: 'p.json', faults: [{ wrong: 'missing', field: 'name' }] }],
  'preset-invalid/not-json': [{ where: 'p.json', reason }],
  'setting-invalid': [
    {
      wrong: 'value',
      field: 'lora.rank',
      value: '0',
      allowed: [{ number: 'whole', from: 1, to: 4096 }, { literal: '"auto"' }, { text: null }],
    },
    { wrong: 'value', field: 'evalRatio', value: '7', allowed: [{ number: 'any', from: 0, below: 1 }] },
    { wrong: 'value', field: 'learningRate', value: '-5', allowed: [{ number: 'any', above: 0 }] },
    { wrong: 'value', field: 'lora', value: '5', allowed: [{ group: ['rank', 'alpha'] }] },
    { wrong: 'value', field: 'prompts', value: '5', allowed: [{ list: { text: null }, most: 16 }] },
  ],
  'setting-invalid/asked': [
    { wrong: 'value', field: 'seed', value: '"x"', allowed: [{ number: 'whole', from: 3 }] },
  ],
  'setting-invalid/no-equals': [{ setting: '"seed"' }],
  'setting-invalid/group': [{ name: 'lora', members: ['lora.rank', 'lora.alpha'] }],
  'preset-not-found': [
    { name: '"p40"', meant: 'p40x2' },
    { name: '"x"', meant: null },
  ],
  'preset-exists': [{ name: 'mine' }],
  'preset-exists/shipped': [{ name: 'demo' }],
  'preset-shipped': [{ name: 'demo' }],
  'presets-unreadable': [{ reason }],
  'preset-unreadable': [
    { file, reason },
    { file, reason: null },
  ],
  'preset-unreadable/no-file': [{ file }],
  'preset-unreadable/too-large': [{ file, kibibytes: 64 }],
  'preset-unsafe': [{ where, field: 'recipe.output', value: '"/etc"', why: 'says-where' }],
  'cannot-write': [
    { file, reason },
    { file, reason: null },
  ],

  'freeze-layers': [{ wanted: 99, layers: 40, model: 'yi' }],
  'split-sum': [
    { split: '20,21', sum: 41, layers: 40, model: 'yi' },
    { split: '40,0', sum: 40, layers: 40, model: '' },
  ],
  'split-stages': [{ split: '10,10,20', stages: 3, places: 2, replicas: 4 }],
  'too-many-replicas': [{ dataParallel: 4, cards: 3 }],
  'unknown-target': [{ unknown: ['foo'], architecture: 'Llama', known: ['q_proj', 'v_proj'] }],
  'no-weights': [{ model: 'llama2-13b' }],

  'python-missing': [{ from: '3.10', to: '3.14', tried: ['python3', 'python'] }],
  'python-missing/given': [
    { python: '/p', reason: 'absent' },
    { python: '/p', reason: 'forbidden' },
    { python: '/p', reason: { said: 'EIO' } },
  ],
  'python-without-venv': [{ python: '/p', version: '3.11' }],
  'python-unsuitable': [
    {
      python: '/p',
      faults: [
        { lacks: 'peft', needs: 'peft>=0.21' },
        { has: 'torch', version: '2.9', needs: 'torch>=2.11' },
        { broken: 'OSError' },
        { withoutCuda: '2.13.0' },
        { torch: '2.12.0', withoutKernelsFor: 'RTX A6000', archList: ['sm_75'] },
      ],
    },
  ],
  'python-unsuitable/no-python': [{ python: '/p', reason }],
  'driver-too-old': [{ version: '470.1', needed: 525 }],
  'no-torch-build': [{ kinds: [{ name: 'RTX A6000', capability: '61' }], together: [[0, 2], [1]] }],
  'no-torch-build/for-one': [{ name: 'Tesla K80' }],
  'environment-no-space': [{ needed: 6e9, free: 1e9, folder: '/data', torch: 'torch==2.13.0' }],
  'environment-unsuitable': [
    { faults: [{ withoutCuda: '2.13' }], torch: 'torch==2.13.0', build: 'cu130', index: null, log: '/x.log' },
    { faults: [{ broken: 'no' }], torch: 'torch==2.13.0', build: 'cu126', index: 'https://i', log: '/x.log' },
  ],
  'environment-failed': [installing, { ...installing, step: 'create' }, { ...installing, step: 'others' }],
  'environment-no-space/installing': [installing],
  'environment-unreachable': [installing],
  'environment-unresolvable': [installing],
  'environment-unwritable': [installing],

  'run-not-live': [{ id: 'run-1', state: 'stopped', reason: null }],
  'run-broken': [{ file: '/r/status.json', reason, folder: '/r' }],
  'run-ambiguous': [{ wanted: 'r', found: ['run-1', 'run-2'] }],
  'run-not-found': [
    { wanted: 'x', root: '/runs' },
    { wanted: null, root: '/runs' },
  ],
  'run-not-found/folder': [{ folder: '/r' }],
  'runs-dir-unwritable': [
    { root: '/runs', why: 'full' },
    { root: '/runs', why: { said: 'EIO' } },
  ],
  'runs-dir-unwritable/checked': [{ folder: '/runs', reason }],
  'launch-failed': [{ said: 'EIO' }],
  'launch-failed/silent': [{ seconds: 10 }],
  'run-finished': [{ id: 'run-1' }],
  'run-in-use': [{ id: 'run-1' }],
  'trainer-crashed': [{ subcommand: 'inspect', said: 'ValueError' }],
  interrupted: [{ during: 'environment' }],
  usage: [{ message: "unknown option '--x'", meant: null }],
  'bad-device-map/unreadable': [{ where: '/map.json', reason }],
  'bad-device-map/shape': [{ where: '/map.json' }],
  'bad-device-map/module': [{ where: '/map.json', module: '"visual"', known: ['lm_head', 'model.norm'] }],
  'bad-device-map/model': [{ where: '/map.json', module: 'model.layers.80', model: 'llama2-13b', last: 39 }],
  'bad-device-map/missing': [{ where: '/map.json', layers: [38, 39], model: 'llama2-13b', of: 40 }],
  'bad-device-map/divided': [{ where: '/map.json', layer: 5, devices: [0, 1] }],
  'bad-device-map/scattered': [{ where: '/map.json', device: 3, before: 4, after: 9 }],
  'bad-device-map/offloaded': [{ where: '/map.json', module: '"lm_head"', device: '"cpu"' }],
  'bad-device-map/device': [{ where: '/map.json', module: '"lm_head"', device: '"auto"' }],
  'bad-llama-factory/not-yaml': [{ file: 'sft.yaml', reason }],
  'bad-llama-factory/shape': [{ file: 'sft.yaml' }],
  'bad-llama-factory/no-model': [{ file: 'sft.yaml' }],
  'bad-llama-factory/stage': [{ file: 'sft.yaml', stage: '"dpo"' }],
  'bad-llama-factory/method': [{ file: 'sft.yaml', method: '"full"' }],
  'bad-llama-factory/layers': [{ file: 'sft.yaml', layers: -4 }],
  'bad-llama-factory/no-number': [{ file: 'sft.yaml', argument: 'lora_rank', value: '"8 or so"' }],
  'bad-llama-factory/no-flag': [{ file: 'sft.yaml', argument: 'bf16', value: '"maybe"' }],
  'usage/steps': [{ written: '2', unsettled: 2 }],
  'usage/schedules': [{ written: 'zigzag', known: ['1f1b', 'naive'] }],
  'usage/memory-on-cpu': [null],
  'usage/only': [{ unknown: 'fits', names: ['fit', 'held-out'] }],
  'bench-failed': [
    { reason, log: '/tmp/x/trainer.log' },
    { reason: null, log: '/tmp/x/trainer.log' },
  ],
  'usage/no-command': [
    { word: '"trian"', meant: 'train' },
    { word: '"x"', meant: null },
  ],
  reported: [{ code: 'of-another-version', message: 'EIO', fix: 'EIO' }],
};

/** Which case it is, not what is said of it; a code is for scripts. */
const cases = ['why', 'state', 'during', 'wrong', 'number', 'code', 'step', 'reason'];

/** All that is known: strings and numbers, at any depth. */
function leaves(about: unknown): (string | number | bigint)[] {
  if (typeof about === 'string' || typeof about === 'number' || typeof about === 'bigint') return [about];
  if (typeof about !== 'object' || about === null) return [];
  return Object.entries(about)
    .filter(([, value]) => value !== 0)
    .filter(([name, value]) => !(cases.includes(name) && typeof value === 'string' && value !== reason))
    .flatMap(([, value]) => leaves(value));
}

const table = Object.entries(examples).flatMap(([key, abouts]) =>
  abouts.map((about) => ({ key: key as ErrorKey, about: about as AboutError[ErrorKey] })),
);

describe.each(languages)('in %s', (language) => {
  const words: ErrorWords = catalogueFor(language).errors;

  test.each(table)('$key says what is known: $about', ({ key, about }) => {
    const { message, fix } = new UserError(key, about).in(words);
    const text = `${message} ${fix}`;
    const missing = leaves(about).filter(
      (leaf) => !text.includes(String(leaf)) && !text.includes(formatBytes(Number(leaf))),
    );
    expect(missing).toEqual([]);
    expect(fix).not.toBe('');
    if (language !== 'en') expect([message, fix].filter(isEnglish)).toEqual([]);
  });
});

test('every code of the trainer has words in Chinese', () => {
  const folder = join(packageRoot(), 'python', 'ft_trainer');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.py'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
  const raised =
    /UserError\(\s*"([a-z0-9-]+)"|UserError\(\s*"([a-z0-9-]+)" if .* else "([a-z0-9-]+)"|"code": "([a-z0-9-]+)"/g;
  const codes = sources.flatMap((source) => [...source.matchAll(raised)].flatMap((match) => match.slice(1)));
  const told = (code: string) => {
    const report = { code, message: 'it happened here', fix: 'do this' };
    return catalogueFor('zh').errors.reported(report).fix;
  };
  const distinct = [...new Set(codes.filter((code) => code !== undefined))];
  expect(distinct).toContain('out-of-memory');
  expect(distinct.filter((code) => isEnglish(told(code)) || told(code) === 'do this')).toEqual([]);
});

test('scripts get the code without the way it came about, and the text in English', () => {
  const error = new UserError('model-not-found/hub', { id: 'a/b', hub, near: [] });
  expect(error).toMatchObject({ code: 'model-not-found', exitCode: 2 });
  expect(error.message).toBe('there is no model a/b on https://hub, or it is private');
});
