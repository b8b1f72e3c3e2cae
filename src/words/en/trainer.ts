import type { Said } from '../said.ts';

/** The codes under which the trainer reports errors; a test holds them against its sources. */
export type TrainerCode =
  | 'answers-cut-off'
  | 'bad-checkpoint'
  | 'bad-dataset'
  | 'bad-encoded-data'
  | 'bad-plan'
  | 'bad-run'
  | 'broken-checkpoint'
  | 'cannot-write'
  | 'diverged'
  | 'fp16-overflow'
  | 'hub-unreachable'
  | 'missing-tensor'
  | 'model-gated'
  | 'model-not-found'
  | 'no-chat-template'
  | 'no-end-of-text'
  | 'no-result'
  | 'no-safetensors'
  | 'no-space'
  | 'no-tokenizer'
  | 'out-of-memory'
  | 'template-not-supported'
  | 'tokenizer-not-supported'
  | 'trainer-crash'
  | 'unknown-template'
  | 'wrong-shape';

/** An error as the trainer reports it: in English, with what happened, where, and what to do. */
export interface Report {
  /** A `TrainerCode`, unless another version wrote it. */
  code: string;
  message: string;
  fix: string;
}

export const trainer = {
  reported: ({ message, fix }: Report): Said => ({ message, fix }),
};
