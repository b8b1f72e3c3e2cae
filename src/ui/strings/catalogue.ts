import * as english from './en/index.ts';
import * as chinese from './zh/index.ts';

/** Every word that is shown. English is the source; another language that lacks one does not compile. */
export type Strings = typeof english;

const catalogues = { en: english, zh: chinese } satisfies Record<string, Strings>;

export type Language = keyof typeof catalogues;

/** What `--lang` takes. */
export const languages = Object.keys(catalogues) as Language[];

export function catalogueFor(language: Language): Strings {
  return catalogues[language];
}

/**
 * The language to speak.
 *
 * @param wanted what `--lang` said
 * @param env the locale is in LC_ALL, LC_MESSAGES or LANG: the first that is set counts, as POSIX has it
 */
export function languageFor(wanted: Language | undefined, env: NodeJS.ProcessEnv): Language {
  if (wanted) return wanted;
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return /^zh([_.@-]|$)/i.test(locale) ? 'zh' : 'en';
}
