import type { template as english } from '../../en/problems/template.ts';
import { listed } from '../phrases.ts';

export const template: typeof english = {
  'no-chat-template': ({ model, names }) => ({
    message: `${model} 的分词器没有对话模板（基座模型通常如此），而 template=auto 需要它。`,
    fix: `请把 template 设为 ${listed(names, '或')}；基座模型可以学会其中任何一种。`,
  }),
  'template-foreign': ({ template, model }) => ({
    message: `${model} 自带对话模板，与 template=${template} 不同：经过对话训练的模型得先忘掉它已知的格式。`,
    fix: `请设置 template=auto，除非您就要这种格式，或这是基座模型。`,
  }),
  'template-tokens-missing': ({ template, missing }) => ({
    message: `template=${template} 会写入 ${listed(missing)}，而分词器不认识这些特殊 token：它们会被切成普通文本。`,
    fix: '请设置 template=auto，或不需要特殊 token 的 alpaca。',
  }),
};
