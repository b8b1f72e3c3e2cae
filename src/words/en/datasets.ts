import type { Said } from '../said.ts';

const formats = 'alpaca, sharegpt or OpenAI messages, as JSON or JSONL';

/** Why a dataset, or another place that was named, cannot be used. */
export const datasets = {
  'dataset-not-found': ({ path }: { path: string }): Said => ({
    message: `there is no dataset file ${path}`,
    fix: `Give the path of a file in one of the formats ${formats}, or "demo".`,
  }),
  'not-a-dataset/folder': ({ path }: { path: string }): Said => ({
    message: `${path} is a folder, and a dataset is a file`,
    fix: `Name the file in it, or several as an array: ${formats}.`,
  }),
  'not-a-dataset/empty': ({ path }: { path: string }): Said => ({
    message: `${path} is empty`,
    fix: `Put at least one row in it: ${formats}.`,
  }),
  'dataset-missing': (_: null): Said => ({
    message: 'There is nothing to train on: no dataset is named.',
    fix: 'Name a JSON or JSONL file with --dataset.',
  }),
  'dataset-mixed': ({ lengths, other }: { lengths: string; other: string }): Said => ({
    message: `${lengths} holds lengths of rows, which cannot be mixed with ${other}.`,
    fix: 'Name it alone.',
  }),
  'no-tokenizer/shape': ({ model, dataset }: { model: string; dataset: string }): Said => ({
    message: `${model} is only a shape: it has no tokenizer to read ${dataset} with.`,
    fix: 'Leave the dataset out, or name a JSON file such as {"lengths": [83, 195]}, for rows of random tokens.',
  }),
  'output-exists': ({ output }: { output: string }): Said => ({
    message: `output: ${output} exists already and is not an empty folder; the result would be written over what is there.`,
    fix: 'Name a folder that does not exist yet with --set output=FOLDER, or leave it out.',
  }),
  'folder-unreadable': ({ folder, reason }: { folder: string; reason: string | null }): Said => ({
    message: `${folder} cannot be read: ${reason ?? 'there is no such folder'}.`,
    fix: 'Write the path of a folder that is there, or delete the end of it.',
  }),
};
