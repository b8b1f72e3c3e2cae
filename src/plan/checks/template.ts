import { type Check, check } from './check.ts';

/** What a template by name writes, by which it is known in a chat template, and the tokens that it cannot do without. */
interface Written {
  mark: string;
  tokens: readonly string[];
}

/** Of `FORMATS` in `ft_trainer/templates.py`; a name that is not here is for the trainer to know. */
const written: Record<string, Written> = {
  alpaca: { mark: '### Instruction:', tokens: [] },
  tigerbot: { mark: '### Instruction:', tokens: [] },
  chatml: { mark: '<|im_start|>', tokens: ['<|im_start|>', '<|im_end|>'] },
  llama2: { mark: '[INST]', tokens: [] },
};

export const templateChecks: readonly Check[] = [
  check(
    'no-chat-template',
    // Without a dataset nothing is to be rendered yet, and the rest of the plan is worth having.
    ({ input: { datasets } }) => (datasets.length === 0 ? 'warning' : 'error'),
    ({ input: { recipe, model, data } }) => {
      const hasText = recipe.weights === 'load' && data?.files[0]?.format !== 'lengths';
      if (!hasText || recipe.template !== 'auto' || model.tokenizer?.chatTemplate !== null) return null;
      return { model: model.source, names: Object.keys(written) };
    },
  ),
  check('template-foreign', 'warning', ({ input: { recipe, model } }) => {
    const own = model.tokenizer?.chatTemplate ?? null;
    const named = written[recipe.template];
    if (own === null || named === undefined || own.includes(named.mark)) return null;
    return { template: recipe.template, model: model.source };
  }),
  check('template-tokens-missing', 'warning', ({ input: { recipe, model } }) => {
    const known = model.tokenizer?.addedTokens ?? null;
    if (known === null) return null;
    const missing = (written[recipe.template]?.tokens ?? []).filter((token) => !(token in known));
    return missing.length === 0 ? null : { template: recipe.template, missing };
  }),
];
