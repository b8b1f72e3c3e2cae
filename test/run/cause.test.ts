import { expect, test } from 'vitest';
import { type Cause, causeOf, wordCause } from '../../src/run/cause.ts';
import { catalogueFor } from '../../src/ui/strings/catalogue.ts';
import { isEnglish } from '../words/examples.ts';

type AboutOf<Key extends Cause['key']> = Extract<Cause, { key: Key }>['about'];

const examples: { [Key in Cause['key']]: [about: AboutOf<Key>, ...parts: string[]] } = {
  reported: [{ code: 'out-of-memory', message: 'no room', fix: 'Use less.' }, 'no room'],
  'did-not-fit': [
    {
      short: [
        { card: { index: 1, name: 'Tesla P40' }, rank: 1, needs: 25 * 2 ** 30, has: 24 * 2 ** 30 },
        { card: null, rank: 2, needs: 2 ** 30, has: 2 * 2 ** 30 },
      ],
    },
    '25.0 GiB',
    '24.0 GiB',
    'P40',
    'CPU',
    '2.0 GiB',
  ],
  'last-words': [{ line: 'bus error' }, 'bus error', 'trainer.log'],
  'killed-by-system': [null, 'SIGKILL', 'dmesg'],
  signal: [{ signal: 'SIGTERM' }, 'SIGTERM'],
  'ended-silently': [null],
  'exit-code': [{ code: 3 }, '3'],
  'questions-unanswered': [null, 'trainer.log'],
  'questions-skipped': [null],
  'no-sign-of-life': [{ host: 'other-box' }, 'other-box'],
  'without-a-word': [null],
};

test.each(Object.entries(examples))(
  '%s is told in English in the file, and in Chinese',
  (key, [about, ...parts]) => {
    const { reason, cause } = causeOf({ key, about } as Cause);
    const kept = JSON.parse(JSON.stringify(cause));
    const chinese = wordCause(kept, catalogueFor('zh').causes)!;
    for (const part of parts as string[]) {
      expect(reason).toContain(part);
      expect(chinese).toContain(part);
    }
    expect(isEnglish(chinese)).toBe(false);
  },
);

test('a cause of another version has no words', () => {
  expect(wordCause({ key: 'of-another-version', about: null })).toBeNull();
});
