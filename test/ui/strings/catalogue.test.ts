import { describe, expect, test } from 'vitest';
import { catalogueFor, languageFor, languages } from '../../../src/ui/strings/catalogue.ts';

test.each([
  [undefined, {}, 'en'],
  [undefined, { LANG: 'zh_CN.UTF-8' }, 'zh'],
  [undefined, { LANG: 'zh' }, 'zh'],
  [undefined, { LANG: 'zh_TW.UTF-8', LC_ALL: 'en_US.UTF-8' }, 'en'],
  [undefined, { LANG: 'en_US.UTF-8', LC_MESSAGES: 'zh_CN.UTF-8' }, 'zh'],
  [undefined, { LANG: 'zha_XX' }, 'en'],
  ['en' as const, { LANG: 'zh_CN.UTF-8' }, 'en'],
])('--lang %s, %j: %s', (wanted, env, language) => expect(languageFor(wanted, env)).toBe(language));

/** Every word that takes no parameters, with its place in the catalogue. */
function words(value: unknown, place = ''): [string, string][] {
  if (typeof value === 'string') return [[place, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    words(inner, place === '' ? name : `${place}.${name}`),
  );
}

describe.each(languages)('the %s catalogue', (language) => {
  test('has no empty word', () => {
    expect(words(catalogueFor(language)).filter(([, text]) => text.trim() === '')).toEqual([]);
  });
});

test('whole sentences are not left in English', () => {
  const english = new Map(words(catalogueFor('en')));
  const same = words(catalogueFor('zh')).filter(
    ([place, text]) => text.includes(' ') && text === english.get(place),
  );
  expect(same).toEqual([]);
});
