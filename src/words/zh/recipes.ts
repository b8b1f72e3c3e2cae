import type { Allowed, recipes as english, FieldFault } from '../en/recipes.ts';
import type { Said } from '../said.ts';

const faulty: (typeof english)['recipe-invalid'] = ({ where, faults }) => {
  const said = faults.map(fieldFault);
  const [only] = said;
  if (only && said.length === 1) return { message: `${where}：${only.message}`, fix: only.fix };
  const lines = said.map(({ message, fix }) => `\n  ${message}。${fix}`);
  return { message: `${where}：${faults.length} 个字段有误：${lines.join('')}`, fix: '请改正后再试。' };
};

export const recipes: typeof english = {
  'recipe-invalid': faulty,
  'preset-invalid': faulty,
  'preset-invalid/not-json': ({ where, reason }) => ({
    message: `${where} 不是 JSON：${reason}`,
    fix: '请改正这个文件，或重新获取它。',
  }),
  'setting-invalid': (fault) => {
    const { message, fix } = fieldFault(fault);
    return { message: `--set：${message}`, fix };
  },
  'setting-invalid/asked': (fault) => fieldFault(fault),
  'setting-invalid/no-equals': ({ setting }) => ({
    message: `--set ${setting} 中没有“=”`,
    fix: '请写成 --set lora.rank=32 的形式。',
  }),
  'setting-invalid/group': ({ name, members }) => ({
    message: `--set：${name} 是一组设置`,
    fix: `请设置其中之一：${members.join('、')}。`,
  }),
  'preset-not-found': ({ name, meant }) => ({
    message: `没有预设 ${name}`,
    fix: `${meant === null ? '' : `您是指 ${meant} 吗？`}\`ft-wizard presets list\` 会列出全部预设。`,
  }),
  'preset-exists': ({ name }) => ({
    message: `您已有预设 ${name}`,
    fix: `请换一个名字，或先删除它：\`ft-wizard presets rm ${name}\`。`,
  }),
  'preset-exists/shipped': ({ name }) => ({ message: `${name} 是自带预设的名字`, fix: '请换一个名字。' }),
  'preset-shipped': ({ name }) => ({ message: `${name} 是 ft-wizard 自带的，不能删除`, fix: '不用它即可。' }),
  'presets-unreadable': ({ reason }) => ({
    message: `无法读取您的预设：${reason}`,
    fix: '请改正这个文件；或把它移走，从空白开始。',
  }),
  'preset-unreadable': ({ file, reason }) => ({
    message: reason === null ? `${file} 不存在` : `无法打开 ${file}（${reason}）`,
    fix: '请写出预设的 JSON 文件。',
  }),
  'preset-unreadable/no-file': ({ file }) => ({
    message: `${file} 不是文件`,
    fix: '请写出预设的 JSON 文件，或 LLaMA-Factory 的 YAML 文件。',
  }),
  'preset-unreadable/too-large': ({ file, kibibytes }) => ({
    message: `${file} 超过 ${kibibytes} KiB`,
    fix: '预设要小得多；请检查它是什么。',
  }),
  'preset-unsafe': ({ where, field, value, why }) => ({
    message: `${where}：${field} ${unsafe[why]}：${value}`,
    fix: `如果您信任其余内容，请从文件中删去 ${field}；您可以在命令行上给出自己的值。`,
  }),
  'cannot-write': ({ file, reason }) => ({
    message: `没有写入 ${file}：${reason ?? '它已存在'}`,
    fix: '请用 --to 换一个文件。',
  }),
  'bad-llama-factory/not-yaml': ({ file, reason }) => ({
    message: `${file} 不是 YAML：${reason}`,
    fix: '请改正这个文件，或重新获取它。',
  }),
  'bad-llama-factory/shape': ({ file }) => ({
    message: `${file} 中没有参数`,
    fix: '请给出用于 llamafactory-cli train 的文件：其中的行形如 model_name_or_path: 名称。',
  }),
  'bad-llama-factory/no-model': ({ file }) => ({
    message: `${file} 不是 LLaMA-Factory 的训练：其中没有 model_name_or_path`,
    fix: '请给出用于 llamafactory-cli train 的文件。',
  }),
  'bad-llama-factory/stage': ({ file, stage }) => ({
    message: `${file}：stage 是 ${stage}，而这里只做监督微调（sft）`,
    fix: '请用 LLaMA-Factory 来做，或换一个 stage 为 sft 的文件。',
  }),
  'bad-llama-factory/method': ({ file, method }) => ({
    message: `${file}：finetuning_type 是 ${method}，而这里只能训练 lora 和 freeze`,
    fix: '请选其中之一：--set method=freeze 训练整层，显卡放得下多少层就训练多少层。',
  }),
  'bad-llama-factory/layers': ({ file, layers }) => ({
    message: `${file}：freeze_trainable_layers 是 ${layers}，而这里只能训练最后几层`,
    fix: '请写出最后几层的层数，从 1 起。',
  }),
  'bad-llama-factory/no-number': ({ file, argument, value }) => ({
    message: `${file}：${argument} 是 ${value}`,
    fix: '请写成数字。',
  }),
  'bad-llama-factory/no-flag': ({ file, argument, value }) => ({
    message: `${file}：${argument} 是 ${value}`,
    fix: '请写成 true 或 false。',
  }),
  'bad-device-map/unreadable': ({ where, reason }) => ({
    message: `--device-map：无法读取 ${where}：${reason}`,
    fix: '请给出写明每个模块在哪个设备上的 JSON 文件。',
  }),
  'bad-device-map/shape': ({ where }) => ({
    message: `${where} 不是 device_map：它必须是一个 JSON 对象。`,
    fix: '请写成 {"model.embed_tokens": 0, "model.layers.0": 0, ...}。',
  }),
  'bad-device-map/module': ({ where, module, known }) => ({
    message: `${where}：可训练的模型中没有模块 ${module}。`,
    fix: `可用的有 ${known.join('、')} 以及它们的上级名称。`,
  }),
  'bad-device-map/model': ({ where, module, model, last }) => ({
    message: `${where}：${module} 超出了 ${model}，它只有第 0 到 ${last} 层。`,
    fix: '请确认这份文件是为这个模型写的。',
  }),
  'bad-device-map/missing': ({ where, layers, model, of }) => ({
    message: `${where}：${model} 的 ${of} 层中有 ${layers.length} 层没有指定设备：${layers.slice(0, 8).join('、')}${layers.length > 8 ? ' 等' : ''}。`,
    fix: '请补上，或确认这份文件是为这个模型写的。',
  }),
  'bad-device-map/divided': ({ where, layer, devices }) => ({
    message: `${where}：第 ${layer} 层被分到设备 ${devices.join('、')} 上。`,
    fix: '请让每一层只在一个设备上。',
  }),
  'bad-device-map/scattered': ({ where, device, before, after }) => ({
    message: `${where}：设备 ${device} 上有到第 ${before} 层为止的层，又有从第 ${after} 层开始的层，中间的层在别的设备上。`,
    fix: '请让每个设备上的层连续，或用 split=auto。',
  }),
  'bad-device-map/offloaded': ({ where, module, device }) => ({
    message: `${where}：${module} 在 ${device} 上，那里的部分无法训练。`,
    fix: '请把它放到显卡上；`ft-wizard plan` 会告诉您放不放得下。',
  }),
  'bad-device-map/device': ({ where, module, device }) => ({
    message: `${where}：${module} 在 ${device} 上，那不是显卡。`,
    fix: '请用编号表示显卡：0、1 或 "cuda:0"、"cuda:1"。',
  }),
};

const unsafe = {
  'foreign-path': '是别的机器上的路径',
  'strayed-file': '不是工作文件夹之下的文件',
  'says-where': '指定了在别的机器上写入的位置',
  'control-characters': '含有控制字符',
};

function fieldFault(fault: FieldFault): Said {
  const { field } = fault;
  switch (fault.wrong) {
    case 'unknown':
      return {
        message: `${field} 不是一项设置`,
        fix: fault.meant === null ? `这里有：${fault.known.join('、')}。` : `您是指 ${fault.meant} 吗？`,
      };
    case 'missing':
      return {
        message: `缺少 ${field}`,
        fix: field === 'model' ? '请用 --model 指定（文件夹、模型编号或 demo）。' : '请补上它。',
      };
    case 'value': {
      const { allowed } = fault;
      return {
        message: `${field || '整体'} 不能是 ${fault.value}`,
        fix: `请用${typeof allowed === 'string' ? ` ${allowed}` : anyOf(allowed)}。`,
      };
    }
  }
}

function anyOf(allowed: readonly Allowed[]): string {
  const words = allowed.map(one);
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join('、')} 或 ${words.at(-1)}`;
}

function one(allowed: Allowed): string {
  if ('literal' in allowed) return ` ${allowed.literal}`;
  if ('number' in allowed) return `${range(allowed)}${allowed.number === 'whole' ? '整数' : '数'}`;
  if ('list' in allowed) {
    return `列表（${allowed.most === null ? '' : `最多 ${allowed.most} 项，`}每项为${one(allowed.list)}）`;
  }
  if ('group' in allowed) return `一组设置（${allowed.group.join('、')}）`;
  return allowed.text === null ? '非空的文字' : `文字：${allowed.text}`;
}

function range({ from, above, to, below }: Extract<Allowed, { number: unknown }>): string {
  const bounds = [
    ...(from !== undefined ? [`不小于 ${from}`] : above !== undefined ? [`大于 ${above}`] : []),
    ...(to !== undefined ? [`不大于 ${to}`] : below !== undefined ? [`小于 ${below}`] : []),
  ];
  return bounds.length === 0 ? '' : `${bounds.join('且')}的`;
}
