/** Words that are no sentence of English: code, names, what a person types. */
const verbatim = /`[^`]*`|"[^"]*"|\([^()]*\)|https?:\S+|[\w.~/-]*\/\S*|--?[\w-]+(=\S+)?|\w+=\S+/g;

/** Whether a text was left in English: three words of it in a row. */
export function isEnglish(text: string): boolean {
  return /\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b/i.test(text.replaceAll(verbatim, ' '));
}
