import { formatShare } from '../../../units.ts';
import type { Said } from '../../said.ts';
import { someOf } from '../phrases.ts';

/** What can be wrong with a dataset, for this model and this recipe. */
export const data = {
  'batch-exceeds-dataset': ({ batchSize, rows }: { batchSize: number; rows: number }): Said => ({
    message: `batchSize ${batchSize} is more than the ${rows} rows to train on: every step takes the whole dataset.`,
    fix: `Set batchSize to ${rows} or less.`,
  }),
  'rows-truncated': (cut: {
    rows: number;
    of: number;
    cutoff: number;
    /** Tokens. */
    longest: number;
    /** A cut-off that would cut none of what the model can read; null where it is no longer than the present one. */
    better: number | null;
  }): Said => ({
    message: `${cut.rows} of ${cut.of} rows (${formatShare(cut.rows / cut.of)}) are longer than cutoffLength ${cut.cutoff} and lose their end; the longest has ${cut.longest} tokens.`,
    fix:
      cut.better === null
        ? 'Shorten those rows.'
        : `Set cutoffLength=${cut.better} if it fits, or shorten those rows.`,
  }),
  'cutoff-beyond-positions': ({ tokens, positions }: { tokens: number; positions: number }): Said => ({
    message: `Samples of up to ${tokens} tokens are longer than the ${positions} positions the model was made for.`,
    fix: `Set cutoffLength=${positions} or less.`,
  }),
  'token-without-embedding': ({ highest, rows }: { highest: number; rows: number }): Said => ({
    message: `The dataset has a token with id ${highest}, but the model's embedding has ${rows} rows, 0 to ${rows - 1}: training would crash on the card.`,
    fix: 'Use the tokenizer that belongs to these weights, or a copy of the model whose embedding was resized for the added tokens.',
  }),
  'tokenizer-larger': ({ tokens, rows }: { tokens: string[]; rows: number }): Said => ({
    message: `The tokenizer has tokens beyond the ${rows} rows of the model's embedding (${someOf(tokens)}): a row of data with one of them cannot be trained on.`,
    fix: 'Use the tokenizer that belongs to these weights, or see that neither the data nor the template has these tokens.',
  }),
  'tokenizer-foreign': ({ tokens, rows }: { tokens: number; rows: number }): Said => ({
    message: `The tokenizer knows ${tokens} tokens and the model ${rows}: it seems to be the tokenizer of another model.`,
    fix: 'Put the tokenizer files of this very model beside its weights.',
  }),
};
