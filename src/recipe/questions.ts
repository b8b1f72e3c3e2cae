import type { RecipeDraft } from './parse.ts';

export type QuestionId = 'model' | 'dataset' | 'method' | 'precision' | 'settings' | 'split';

/** One thing to be decided before a training: by a flag, a preset or a draft, else by asking. */
export interface Question {
  id: QuestionId;
  /** The recipe's fields that answer it, what matters most first. */
  fields: readonly string[];
  /** Fields of the same question that seldom need another value than their default. */
  more?: readonly string[];
  /** The flag of its own that it has on the command line; `--set` takes every field besides. */
  flag?: { value: string; description: string; repeatable?: true };
  /** Nothing can stand in for an answer; the other questions have sound defaults. */
  required?: true;
}

/** Every question, in the order in which they are asked. The wizard's steps and the command line's flags are made from it. */
export const questions: readonly Question[] = [
  {
    id: 'model',
    fields: ['model'],
    flag: { value: 'model', description: 'local folder, hub id, or for planning a name such as llama2-13b' },
    required: true,
  },
  {
    id: 'dataset',
    fields: ['dataset'],
    flag: { value: 'file', description: 'JSON or JSONL file, or demo; may be repeated', repeatable: true },
    required: true,
  },
  { id: 'method', fields: ['method'], flag: { value: 'method', description: 'lora or freeze' } },
  { id: 'precision', fields: ['precision'] },
  {
    id: 'settings',
    fields: [
      'lora.rank',
      'lora.targets',
      'freeze.layers',
      'cutoffLength',
      'batchSize',
      'microBatchSize',
      'epochs',
      'learningRate',
    ],
    more: [
      'lora.alpha',
      'lora.dropout',
      'template',
      'packing',
      'groupByLength',
      'evalRatio',
      'scheduler',
      'warmupRatio',
      'weightDecay',
      'maxGradNorm',
      'checkpointing',
      'schedule',
      'dataParallel',
      'transport',
      'saveSteps',
      'seed',
    ],
  },
  { id: 'split', fields: ['split'] },
];

/** What the draft says at `path`, e.g. `lora.rank`; undefined where it is left open. */
export function fieldOf(draft: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], draft);
}

/** The draft with another value at `path`; undefined leaves it open again. The draft given is left as it was. */
export function withField(draft: RecipeDraft, path: string, value: unknown): RecipeDraft {
  const [key = '', rest] = path.split(/\.(.*)/);
  const { [key]: old, ...others } = draft as Record<string, unknown>;
  const next = rest === undefined ? value : withField((old ?? {}) as RecipeDraft, rest, value);
  const empty = next === undefined || (rest !== undefined && Object.keys(next as object).length === 0);
  return (empty ? others : { ...draft, [key]: next }) as RecipeDraft;
}

/** The fields of a question that mean something for the draft's method. */
export function fieldsFor({ fields, more = [] }: Question, draft: RecipeDraft, all = false): string[] {
  const foreign = draft.method === 'freeze' ? 'lora.' : 'freeze.';
  return [...fields, ...(all ? more : [])].filter((field) => !field.startsWith(foreign));
}

/** Whether somebody must still be asked. Random weights can do without a dataset: their rows are random as well. */
export function isMissing(question: Question, draft: RecipeDraft): boolean {
  const isNeeded = question.required && !(question.id === 'dataset' && draft.weights === 'random');
  return Boolean(isNeeded) && !isAnswered(question, draft);
}

/** Whether the draft says anything about it. */
export function isAnswered({ fields }: Question, draft: RecipeDraft): boolean {
  return fields.some((field) => fieldOf(draft, field) !== undefined);
}
