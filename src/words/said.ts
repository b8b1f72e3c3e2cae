/** What is wrong, and where; and what to do about it, a sentence. */
export interface Said {
  message: string;
  fix: string;
}
