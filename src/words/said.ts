/** What is wrong, and where; and what to do about it, a sentence. */
export interface Said {
  message: string;
  fix: string;
}

/** What is wrong and what to do about it, as one text. Messages may come without their full stop. */
export function explain({ message, fix }: Said): string {
  return `${sentence(message)} ${fix}`;
}

/** A message with the full stop it may lack. */
export const sentence = (text: string) => (/[.!?:]$/.test(text) ? text : `${text}.`);
