/** Exit codes of the command line (see README). */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  environment: 4,
  interrupted: 130,
} as const;

/** A mistake or an obstacle that the person can do something about. Anything else thrown is a bug of ours. */
export class UserError extends Error {
  override name = 'UserError';
  /** Stable, kebab-case, e.g. `model-not-found`. */
  readonly code: string;
  /** What to do about it, one sentence. */
  readonly fix: string;
  readonly exitCode: number;

  /** @param message what is wrong and where (`file:line` where there is one) */
  constructor(code: string, message: string, fix: string, exitCode: number = exitCodes.usage) {
    super(message);
    this.code = code;
    this.fix = fix;
    this.exitCode = exitCode;
  }
}

/** What is wrong and what to do about it, as one text. Messages may come without their full stop. */
export function explain({ message, fix }: { message: string; fix: string }): string {
  return `${sentence(message)} ${fix}`;
}

/** A message with the full stop it may lack. */
export const sentence = (text: string) => (/[.!?:]$/.test(text) ? text : `${text}.`);
