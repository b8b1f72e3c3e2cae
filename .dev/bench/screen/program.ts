import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

/** What would change how a program behaves at a terminal. */
const unwanted = /^(CI|CONTINUOUS_INTEGRATION|NODE_ENV|NODE_OPTIONS|FORCE_COLOR|NO_COLOR|npm_.*)$/;

/** Erasing the display, or from its top left corner downwards as Ink does. */
const fullClears = new RegExp(
  ['\\[[23]J', '\\[(?:1;1)?H\x1b\\[0?J', 'c'].map((rest) => `\x1b${rest}`).join('|'),
  'g',
);

/** A program at a pseudo-terminal of 120 x 40, and what it writes there. */
export class Program {
  readonly started = performance.now();
  readonly #pty: IPty;
  readonly #listeners = new Set<() => void>();
  readonly #terminal = new xterm.Terminal({ cols: 120, rows: 40, allowProposedApi: true, scrollback: 0 });
  #ended: Promise<void>;
  bytes = 0;
  fullClears = 0;

  constructor(args: string[], env: Record<string, string> = {}) {
    const inherited = Object.entries(process.env).filter(([name]) => !unwanted.test(name));
    this.#pty = spawn(process.execPath, args, {
      cols: 120,
      rows: 40,
      name: 'xterm-256color',
      cwd: process.cwd(),
      env: {
        ...Object.fromEntries(inherited),
        TERM: 'xterm-256color',
        COLORTERM: 'truecolor',
        LANG: 'C.UTF-8',
        ...env,
      },
    });
    this.#ended = new Promise((resolve) => this.#pty.onExit(() => resolve()));
    this.#pty.onData((data) => {
      this.bytes += Buffer.byteLength(data);
      this.fullClears += data.match(fullClears)?.length ?? 0;
      this.#terminal.write(data);
      for (const listener of this.#listeners) listener();
    });
  }

  type(keys: string): void {
    this.#pty.write(keys);
  }

  /** Waits until the screen shows it. @returns milliseconds since the program was started */
  async shows(wanted: RegExp, timeoutMs = 20_000): Promise<number> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const arrived = performance.now() - this.started;
      const screen = await this.#screen();
      if (wanted.test(screen)) return arrived;
      if (performance.now() > deadline) throw new Error(`The screen did not show ${wanted}:\n${screen}`);
      await this.#output(200);
    }
  }

  /** Milliseconds from a key to the end of what is written for it: until 4 ms pass without more. */
  async keyToFrame(key: string): Promise<number> {
    const pressed = performance.now();
    this.type(key);
    if (!(await this.#output(2_000))) throw new Error(`nothing was drawn for the key ${JSON.stringify(key)}`);
    for (;;) {
      const drawn = performance.now() - pressed;
      if (!(await this.#output(4))) return drawn;
    }
  }

  /** Seconds of CPU used so far, by all its threads. */
  cpuSeconds(): number {
    const stat = readFileSync(`/proc/${this.#pty.pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticksPerSecond = 100; // USER_HZ, the same on every Linux of today
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }

  /** Resident memory, MiB. */
  residentMiB(): number {
    const status = readFileSync(`/proc/${this.#pty.pid}/status`, 'latin1');
    return Number(/VmRSS:\s*(\d+)/.exec(status)?.[1]) / 1024;
  }

  async end(): Promise<void> {
    this.#pty.kill('SIGTERM');
    await Promise.race([this.#ended, sleep(2_000)]);
  }

  /** What is on the screen once all that has arrived is drawn. */
  async #screen(): Promise<string> {
    await new Promise<void>((resolve) => this.#terminal.write('', resolve));
    const lines = Array.from({ length: 40 }, (_, row) =>
      this.#terminal.buffer.active.getLine(row)?.translateToString(true),
    );
    return lines.join('\n').trimEnd();
  }

  /** Whether something is written within a time. */
  #output(withinMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (something: boolean) => {
        clearTimeout(timer);
        this.#listeners.delete(listener);
        resolve(something);
      };
      const listener = () => finish(true);
      const timer = setTimeout(() => finish(false), withinMs);
      this.#listeners.add(listener);
    });
  }
}
