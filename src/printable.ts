/** Text of a model or of a file, safe on a terminal: control characters but for line breaks and tabs are shown, not obeyed. */
export function printable(text: string): string {
  return text.replace(
    /[^\P{Cc}\n\t]|[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu,
    (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
}
