import { screenMode } from '../ui/screen/mode.ts';
import { type Paint, painter } from './text/paint.ts';

/** Where a command speaks: text for people, and with --json one object a line on stdout, text then going to stderr. */
export class Output {
  readonly json: boolean;
  readonly paint: Paint;
  readonly #stream: NodeJS.WriteStream;
  /** Whether a line can be replaced by the next one; a screen reader would read each of them. */
  readonly #replaces: boolean;
  #statusShown = false;

  constructor(json = false) {
    this.json = json;
    this.#stream = json ? process.stderr : process.stdout;
    this.#replaces = screenMode(process.env, this.#stream, this.#stream) === 'full';
    this.paint = painter(this.#stream);
  }

  /** Width of the terminal that people read on; null where it is none. */
  get columns(): number | null {
    return this.#stream.isTTY ? this.#stream.columns || 80 : null;
  }

  /** Whether all that is said is read out, so that there should be no more of it than can be listened to. */
  get isSpoken(): boolean {
    return this.#stream.isTTY && process.env.INK_SCREEN_READER === 'true';
  }

  /** Text for people; a line break is added. */
  say(text: string): void {
    this.status(null);
    this.#stream.write(`${text}\n`);
  }

  /** One JSON object for programs; nothing without --json. */
  emit(value: object): void {
    if (this.json) process.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** A step of something that takes a while: a status line on a terminal, a line of its own in a log. */
  progress(text: string): void {
    if (this.#replaces) this.status(text);
    else this.say(text);
  }

  /** A line that the next one replaces; shown on a terminal that can do it only, so that a log holds no control characters. */
  status(text: string | null): void {
    if (!this.#replaces) return;
    const clear = this.#statusShown ? '\r\u001b[K' : '';
    const line = text === null ? '' : text.slice(0, (this.#stream.columns || 80) - 1);
    this.#statusShown = line !== '';
    if (clear + line !== '') this.#stream.write(clear + line);
  }
}
