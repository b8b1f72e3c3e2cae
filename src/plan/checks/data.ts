import { rowLengths, truncatedRows } from '../lengths.ts';
import { trainingRows } from '../steps.ts';
import { type Check, check } from './check.ts';

/** Share of truncated rows that is worth a word. */
const TRUNCATED_SHARE = 0.01;
/** Embeddings are padded by a few hundred rows; a tokenizer with far fewer tokens than the model has rows belongs to another. */
const LEAST_VOCABULARY = 0.75;

export const dataChecks: readonly Check[] = [
  check('batch-exceeds-dataset', 'warning', ({ input: { recipe, data } }) => {
    if (data === null) return null;
    const rows = trainingRows(data.rows, recipe.evalRatio);
    return recipe.batchSize <= rows ? null : { batchSize: recipe.batchSize, rows };
  }),
  check('rows-truncated', 'warning', ({ input: { recipe, data, model } }) => {
    if (data === null || data.rows === 0) return null;
    const rows = truncatedRows(data, recipe.cutoffLength);
    if (rows / data.rows < TRUNCATED_SHARE) return null;
    const readable = Math.min(data.tokens.longest, model.maxPositions);
    return {
      rows,
      of: data.rows,
      cutoff: recipe.cutoffLength,
      longest: data.tokens.longest,
      better: readable > recipe.cutoffLength ? readable : null,
    };
  }),
  check('cutoff-beyond-positions', 'warning', ({ input: { recipe, data, model } }) => {
    const { longest } = rowLengths(data, recipe.cutoffLength, recipe.batchSize);
    const positions = model.maxPositions;
    if (longest <= Math.max(positions, 8)) return null;
    return { tokens: Math.min(recipe.cutoffLength, longest), positions };
  }),
  // An id without a row in the embedding ends in a device-side assert, which names neither.
  check('token-without-embedding', 'error', ({ input: { data, model } }) => {
    const highest = data?.tokenizer?.highestId ?? 0;
    const rows = model.vocabularySize;
    return highest < rows ? null : { highest, rows };
  }),
  check('tokenizer-larger', 'warning', ({ input: { data, model } }) => {
    const rows = model.vocabularySize;
    const beyond = Object.entries(model.tokenizer?.addedTokens ?? {}).filter(([, id]) => id >= rows);
    // Where the rows were read it is known whether they have any of these.
    if (beyond.length === 0 || data?.tokenizer) return null;
    return { tokens: beyond.map(([token]) => token), rows };
  }),
  check('tokenizer-foreign', 'warning', ({ input: { data, model } }) => {
    const tokens = data?.tokenizer?.tokens ?? model.vocabularySize;
    const rows = model.vocabularySize;
    return tokens >= LEAST_VOCABULARY * rows ? null : { tokens, rows };
  }),
];
