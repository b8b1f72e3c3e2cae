import { isLengthsFile } from '../dataset/lengths-file.ts';
import { UserError } from '../errors.ts';
import type { PlanInput } from '../plan/input.ts';

/** Rows of text; what the encoded ones depend on. */
export interface TextRequest {
  /** Folder or hub id: of it only tokenizer and config are read. */
  model: string;
  /** Absolute paths. */
  datasets: string[];
  template: string;
  /** Tokens. */
  cutoffLength: number;
}

/** Rows of random tokens, which need no tokenizer: for runs that only measure. */
export interface RandomRequest {
  /** Ids are drawn below it. */
  vocabulary: number;
  /** Absolute path of a file that says how long they are; else how many there are, each of `cutoffLength` tokens. */
  lengths: string | number;
  /** Tokens. */
  cutoffLength: number;
  seed: number;
}

export type DataRequest = TextRequest | RandomRequest;

/** Batches of an epoch where rows are made up: enough that no two steps in a row see the same. */
const randomBatches = 4;

/**
 * What a run's rows are made from: its dataset; where that is a file of lengths, or the weights are random and there is none,
 * random tokens.
 *
 * @throws UserError `no-tokenizer` for text that nothing can read, `dataset-mixed`
 */
export async function dataRequest({
  recipe,
  model,
  datasets,
}: Pick<PlanInput, 'recipe' | 'model' | 'datasets'>): Promise<DataRequest> {
  const { template, cutoffLength, seed } = recipe;
  const random = { vocabulary: model.vocabularySize, cutoffLength, seed };
  const [first] = datasets;
  if (first === undefined) return { ...random, lengths: randomBatches * recipe.batchSize };
  if (await isLengthsFile(first)) {
    if (datasets.length === 1) return { ...random, lengths: first };
    throw new UserError('dataset-mixed', { lengths: first, other: String(datasets[1]) });
  }
  if (model.path === null && model.checkpointBytes === null) {
    throw new UserError('no-tokenizer/shape', { model: model.source, dataset: first });
  }
  return { model: model.path ?? recipe.model, datasets, template, cutoffLength };
}
