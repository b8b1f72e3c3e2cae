import type { Said } from '../../said.ts';
import { listed } from '../phrases.ts';

/** Where a template and a model's tokenizer do not go together. */
export const template = {
  'no-chat-template': ({ model, names }: { model: string; names: string[] }): Said => ({
    message: `The tokenizer of ${model} has no chat template, as is usual for base models, and template=auto needs one.`,
    fix: `Set template to ${listed(names, 'or')}; a base model learns any of them.`,
  }),
  'template-foreign': ({ template, model }: { template: string; model: string }): Said => ({
    message: `${model} has a chat template of its own, which template=${template} is not: a model tuned for chat would have to unlearn the form it knows.`,
    fix: `Set template=auto, unless you want that form or the model is a base model.`,
  }),
  'template-tokens-missing': ({ template, missing }: { template: string; missing: string[] }): Said => ({
    message: `template=${template} writes ${listed(missing)}, which the tokenizer does not know as tokens: it would cut them into pieces of text.`,
    fix: 'Set template=auto, or alpaca, which needs no tokens of its own.',
  }),
};
