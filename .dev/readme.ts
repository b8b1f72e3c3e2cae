// Puts the list of keys, made from the key table, into the READMEs: node .dev/readme.ts
import { readFileSync, writeFileSync } from 'node:fs';
import { keysAsMarkdown } from '../src/ui/keys/describe.ts';
import { catalogueFor, type Language } from '../src/ui/strings/catalogue.ts';

export const readmes: readonly { file: string; language: Language }[] = [
  { file: 'README.md', language: 'en' },
  { file: 'README.zh.md', language: 'zh' },
];
const [start, end] = ['<!-- keys -->\n', '<!-- /keys -->'];

/** The text with its list of keys as the table has it now. @throws Error where the marks of the list are missing */
export function withKeys(text: string, language: Language): string {
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the README needs ${start.trim()} and ${end}`);
  return `${text.slice(0, from)}${start}\n${keysAsMarkdown(catalogueFor(language))}\n${text.slice(to)}`;
}

export function readmeFile(file: string): URL {
  return new URL(`../${file}`, import.meta.url);
}

if (import.meta.main) {
  for (const { file, language } of readmes) {
    const text = readFileSync(readmeFile(file), 'utf8');
    writeFileSync(readmeFile(file), withKeys(text, language));
  }
}
