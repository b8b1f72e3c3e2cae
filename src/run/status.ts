import { z } from 'zod';
import { causeSchema } from './cause.ts';

/** `status.json`: written by the supervisor alone, replaced atomically. */
export const statusSchema = z.strictObject({
  version: z.literal(1),
  id: z.string(),
  phase: z.enum([
    'preparing',
    'downloading',
    'training',
    'stopping',
    'answering',
    'done',
    'stopped',
    'failed',
  ]),
  attempt: z.int().min(1),
  host: z.string(),
  /** A pid alone may be reused: the start time as the system tells it, opaque, makes it an identity. */
  supervisor: z.strictObject({ pid: z.int(), started: z.string() }),
  trainer: z.strictObject({ pid: z.int(), started: z.string() }).nullable(),
  /** What runs the trainer; null until it is launched. */
  python: z.string().nullable(),
  created: z.iso.datetime({ offset: true }),
  updated: z.iso.datetime({ offset: true }).describe('Heartbeat'),
  exitCode: z.int().nullable(),
  reason: z.string().nullable().describe('Why it ended, for people'),
  cause: causeSchema
    .nullable()
    .optional()
    .describe('What reason says in English, to be said in another language'),
});

export type Status = z.infer<typeof statusSchema>;
