import { explain } from '../said.ts';
import { type Report, trainer } from './trainer.ts';

/** Why a run ended that did not end as it should. */
export const causes = {
  reported: (report: Report) => explain(trainer.reported(report)),
  /** @property line last of a traceback, or of the log */
  'last-words': ({ line }: { line: string }) => `${line} (see trainer.log)`,
  'killed-by-system': (_: null) =>
    'The system killed the trainer (SIGKILL): most likely the machine ran out of memory. `dmesg` tells.',
  signal: ({ signal }: { signal: string }) => `The trainer was ended by ${signal}.`,
  'ended-silently': (_: null) => 'The trainer ended without saying that it was done.',
  'exit-code': ({ code }: { code: number | null }) =>
    `The trainer ended with exit code ${code} and no message.`,
  'questions-unanswered': (_: null) =>
    'The result is saved, but the prompts could not be answered (see trainer.log).',
  'questions-skipped': (_: null) => 'The result is saved; the prompts were skipped on request.',
  'no-sign-of-life': ({ host }: { host: string }) => `Nothing has been heard from ${host}.`,
  'without-a-word': (_: null) =>
    'It ended without a word: the machine was restarted, or its processes were killed.',
};
