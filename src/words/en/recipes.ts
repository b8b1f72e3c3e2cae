import type { Said } from '../said.ts';

/** What a field may hold. */
export type Allowed =
  /** As JSON writes it. */
  | { literal: string }
  | { number: 'whole' | 'any'; from?: number; above?: number; to?: number; below?: number }
  | { list: Allowed; most: number | null }
  | { group: string[] }
  /** @property text what is meant by it, as the schema says; null for any that is not empty */
  | { text: string | null };

/** What is wrong with a field. */
export type FieldFault =
  /** @property field quoted, as anyone may have written anything */
  | { wrong: 'unknown'; field: string; meant: string | null; known: string[] }
  | { wrong: 'missing'; field: string }
  /** @property allowed or what a check of its own says */
  | { wrong: 'value'; field: string; value: string; allowed: Allowed[] | string };

type Faults = { where: string; faults: FieldFault[] };

const faulty = ({ where, faults }: Faults): Said => {
  const said = faults.map(fieldFault);
  const [only] = said;
  if (only && said.length === 1) return { message: `${where}: ${only.message}`, fix: only.fix };
  const lines = said.map(({ message, fix }) => `\n  ${message}. ${fix}`);
  return {
    message: `${where}: ${faults.length} fields are wrong:${lines.join('')}`,
    fix: 'Correct them and try again.',
  };
};

/** What can be wrong with a recipe, a setting or a preset. */
export const recipes = {
  'recipe-invalid': faulty,
  'preset-invalid': faulty,
  'preset-invalid/not-json': ({ where, reason }: { where: string; reason: string }): Said => ({
    message: `${where} is not JSON: ${reason}`,
    fix: 'Correct the file or get it again.',
  }),
  /** Of `--set`. */
  'setting-invalid': (fault: FieldFault): Said => {
    const { message, fix } = fieldFault(fault);
    return { message: `--set: ${message}`, fix };
  },
  'setting-invalid/asked': (fault: FieldFault): Said => fieldFault(fault),
  'setting-invalid/no-equals': ({ setting }: { setting: string }): Said => ({
    message: `--set ${setting} has no "="`,
    fix: 'Write it as --set lora.rank=32.',
  }),
  'setting-invalid/group': ({ name, members }: { name: string; members: string[] }): Said => ({
    message: `--set: ${name} is a group`,
    fix: `Set one of ${members.join(', ')}.`,
  }),
  'preset-not-found': ({ name, meant }: { name: string; meant: string | null }): Said => ({
    message: `There is no preset ${name}`,
    fix: `${meant === null ? '' : `Did you mean ${meant}? `}\`ft-wizard presets list\` shows them all.`,
  }),
  'preset-exists': ({ name }: { name: string }): Said => ({
    message: `You already have a preset ${name}`,
    fix: `Choose another name, or remove it first: ft-wizard presets rm ${name}`,
  }),
  'preset-exists/shipped': ({ name }: { name: string }): Said => ({
    message: `${name} is the name of a shipped preset`,
    fix: 'Choose another name.',
  }),
  'preset-shipped': ({ name }: { name: string }): Said => ({
    message: `${name} came with ft-wizard and cannot be removed`,
    fix: 'Leave it unused.',
  }),
  'presets-unreadable': ({ reason }: { reason: string }): Said => ({
    message: `Your presets cannot be read: ${reason}`,
    fix: 'Correct the file, or move it away to start with none.',
  }),
  'preset-unreadable': ({ file, reason }: { file: string; reason: string | null }): Said => ({
    message: reason === null ? `${file} does not exist` : `${file} cannot be opened (${reason})`,
    fix: 'Name the JSON file of a preset.',
  }),
  'preset-unreadable/no-file': ({ file }: { file: string }): Said => ({
    message: `${file} is not a file`,
    fix: 'Name the JSON file of a preset, or the YAML of LLaMA-Factory.',
  }),
  'preset-unreadable/too-large': ({ file, kibibytes }: { file: string; kibibytes: number }): Said => ({
    message: `${file} is larger than ${kibibytes} KiB`,
    fix: 'A preset is far smaller; check what it is.',
  }),
  'preset-unsafe': (preset: {
    where: string;
    field: string;
    value: string;
    why: 'foreign-path' | 'strayed-file' | 'says-where' | 'control-characters';
  }): Said => ({
    message: `${preset.where}: ${preset.field} ${unsafe[preset.why]}: ${preset.value}`,
    fix: `Remove ${preset.field} from the file if you trust the rest; you can give your own on the command line.`,
  }),
  'cannot-write': ({ file, reason }: { file: string; reason: string | null }): Said => ({
    message: `${file} is not written: ${reason ?? 'it exists already'}`,
    fix: 'Choose another file with --to.',
  }),
  'bad-llama-factory/not-yaml': ({ file, reason }: { file: string; reason: string }): Said => ({
    message: `${file} is not YAML: ${reason}`,
    fix: 'Correct the file or get it again.',
  }),
  'bad-llama-factory/shape': ({ file }: { file: string }): Said => ({
    message: `${file} has no arguments`,
    fix: 'Name a file for llamafactory-cli train: lines such as model_name_or_path: NAME.',
  }),
  'bad-llama-factory/no-model': ({ file }: { file: string }): Said => ({
    message: `${file} is no LLaMA-Factory training: it names no model_name_or_path`,
    fix: 'Name a file for llamafactory-cli train.',
  }),
  'bad-llama-factory/stage': ({ file, stage }: { file: string; stage: string }): Said => ({
    message: `${file}: stage is ${stage}, and only supervised fine-tuning (sft) is trained here`,
    fix: 'Use LLaMA-Factory for it, or a file whose stage is sft.',
  }),
  'bad-llama-factory/method': ({ file, method }: { file: string; method: string }): Said => ({
    message: `${file}: finetuning_type is ${method}, and only lora and freeze are trained here`,
    fix: 'Choose one of them: --set method=freeze trains whole layers, as many as the cards have room for.',
  }),
  'bad-llama-factory/layers': ({ file, layers }: { file: string; layers: number }): Said => ({
    message: `${file}: freeze_trainable_layers is ${layers}, and only the last layers can be trained here`,
    fix: 'Give the number of last layers, from 1 up.',
  }),
  'bad-llama-factory/no-number': (wrong: { file: string; argument: string; value: string }): Said => ({
    message: `${wrong.file}: ${wrong.argument} is ${wrong.value}`,
    fix: 'Write a number.',
  }),
  'bad-llama-factory/no-flag': (wrong: { file: string; argument: string; value: string }): Said => ({
    message: `${wrong.file}: ${wrong.argument} is ${wrong.value}`,
    fix: 'Write true or false.',
  }),
  'bad-device-map/unreadable': ({ where, reason }: { where: string; reason: string }): Said => ({
    message: `--device-map: ${where} cannot be read: ${reason}`,
    fix: 'Name a JSON file that says for each module on which device it is.',
  }),
  'bad-device-map/shape': ({ where }: { where: string }): Said => ({
    message: `${where} is no device_map: it must be one JSON object.`,
    fix: 'Write it as {"model.embed_tokens": 0, "model.layers.0": 0, ...}.',
  }),
  'bad-device-map/module': (entry: { where: string; module: string; known: readonly string[] }): Said => ({
    message: `${entry.where}: there is no module ${entry.module} in the models that can be trained.`,
    fix: `Known are ${entry.known.join(', ')} and the names above them.`,
  }),
  'bad-device-map/model': (entry: { where: string; module: string; model: string; last: number }): Said => ({
    message: `${entry.where}: ${entry.module} is beyond ${entry.model}, which has layers 0 to ${entry.last}.`,
    fix: 'Check that the map was made for this model.',
  }),
  'bad-device-map/missing': (map: { where: string; layers: number[]; model: string; of: number }): Said => ({
    message: `${map.where} has no device for ${map.layers.length} of the ${map.of} layers of ${map.model}: ${someLayers(map.layers)}.`,
    fix: 'Add them, or check that the map was made for this model.',
  }),
  'bad-device-map/divided': (map: { where: string; layer: number; devices: number[] }): Said => ({
    message: `${map.where}: layer ${map.layer} is divided among devices ${map.devices.join(' and ')}.`,
    fix: 'Give each layer one device.',
  }),
  'bad-device-map/scattered': (map: {
    where: string;
    device: number;
    before: number;
    after: number;
  }): Said => ({
    message: `${map.where}: device ${map.device} has layers up to ${map.before} and again from ${map.after}, with another device's between them.`,
    fix: 'Give each device one run of layers, or use split=auto.',
  }),
  'bad-device-map/offloaded': (entry: { where: string; module: string; device: string }): Said => ({
    message: `${entry.where}: ${entry.module} is on ${entry.device}, and nothing is trained from there.`,
    fix: 'Put it on a card; `ft-wizard plan` tells whether there is room.',
  }),
  'bad-device-map/device': (entry: { where: string; module: string; device: string }): Said => ({
    message: `${entry.where}: ${entry.module} is on ${entry.device}, which is no card.`,
    fix: 'Number the cards: 0, 1 or "cuda:0", "cuda:1".',
  }),
};

const unsafe = {
  'foreign-path': 'is a path of another machine',
  'strayed-file': 'is not a file below the working folder',
  'says-where': 'says where to write on another machine',
  'control-characters': 'has control characters',
};

function fieldFault(fault: FieldFault): Said {
  const { field } = fault;
  switch (fault.wrong) {
    case 'unknown':
      return {
        message: `${field} is not a setting`,
        fix: fault.meant === null ? `Known here: ${fault.known.join(', ')}.` : `Did you mean ${fault.meant}?`,
      };
    case 'missing':
      return {
        message: `${field} is missing`,
        fix: field === 'model' ? 'Name one with --model (a folder, a hub id, or demo).' : 'Add it.',
      };
    case 'value': {
      const { allowed } = fault;
      return {
        message: `${field || 'the whole'} is ${fault.value}, which is not allowed`,
        fix: `Use ${typeof allowed === 'string' ? allowed : anyOf(allowed)}.`,
      };
    }
  }
}

/** `a whole number from 1 to 4096`, `"auto", "fp16", "bf16" or "fp32"`. */
function anyOf(allowed: readonly Allowed[]): string {
  const words = allowed.map(one);
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function one(allowed: Allowed): string {
  if ('literal' in allowed) return allowed.literal;
  if ('number' in allowed) return `a ${allowed.number === 'whole' ? 'whole ' : ''}number${range(allowed)}`;
  if ('list' in allowed) {
    return `a list${allowed.most === null ? '' : ` of up to ${allowed.most}`} (each ${one(allowed.list)})`;
  }
  if ('group' in allowed) return `a group of settings (${allowed.group.join(', ')})`;
  return allowed.text === null ? 'text that is not empty' : `text: ${allowed.text}`;
}

function range({ from, above, to, below }: Extract<Allowed, { number: unknown }>): string {
  const start = from !== undefined ? ` from ${from}` : above !== undefined ? ` above ${above}` : '';
  if (to !== undefined) return `${start} to ${to}`;
  if (below !== undefined) return `${start} to below ${below}`;
  return from === undefined ? start : `${start} up`;
}

/** `3, 4, 5 ...`: enough to see which. */
function someLayers(layers: readonly number[]): string {
  return layers.slice(0, 8).join(', ') + (layers.length > 8 ? ', ...' : '');
}
