// Drives the built program as a person would: from a shell (`runProgram`) or at a terminal (`startProgram`).
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { execa } from 'execa';

const root = path.resolve(import.meta.dirname, '../..');

/** The program as it is published. */
export const program = path.join(root, 'dist/cli.mjs');

/** A Python that has all the trainer needs, for `--python`: no test sets up an environment of its own. */
export const devPython = path.join(root, '.setup/python/bin/python');

/** NODE_OPTIONS with which SIGUSR2 throws an error into a program, caught by nothing that it was doing. */
export const throwingOnSignal = `--import=data:text/javascript,${encodeURIComponent(
  "process.on('SIGUSR2', () => { throw new Error('thrown from outside'); });",
).replaceAll("'", '%27')}`;

/** What would change how a program behaves at a terminal, or tell it that it is tested. */
const unwanted =
  /^(CI|CONTINUOUS_INTEGRATION|NODE_ENV|NODE_OPTIONS|FORCE_COLOR|NO_COLOR|TEST|DEV|VITEST.*|npm_.*|HF_.*|CUDA_.*)$/;

/** A user who has never run the program: own folders for settings, cache and runs, all below one temporary folder. */
export class Home implements AsyncDisposable {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'ft-wizard-home-'));
  readonly env: Record<string, string>;

  constructor() {
    const inherited = Object.entries(process.env).filter(
      ([name, value]) => value !== undefined && !unwanted.test(name),
    );
    this.env = {
      ...(Object.fromEntries(inherited) as Record<string, string>),
      HOME: this.folder,
      XDG_CONFIG_HOME: path.join(this.folder, 'config'),
      XDG_CACHE_HOME: path.join(this.folder, 'cache'),
      XDG_DATA_HOME: path.join(this.folder, 'data'),
      XDG_STATE_HOME: path.join(this.folder, 'state'),
      PATH: `${path.join(this.folder, 'bin')}${path.delimiter}${process.env.PATH}`,
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      // Ranks share the test machine's few cores with each other and with the test beside them.
      OMP_NUM_THREADS: '1',
    };
  }

  /** Puts a command in front of the system's own, e.g. an `nvidia-smi` that reports two P40s. @param script with its shebang */
  addCommand(name: string, script: string): void {
    const file = path.join(this.folder, 'bin', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, script);
    chmodSync(file, 0o755);
  }

  /**
   * Pids of all that was started here and still lives, wherever it went: detached supervisors and ranks too.
   *
   * @param named only those whose command line, joined by blanks, says this
   */
  processes(named = ''): number[] {
    if (!existsSync('/proc')) return [];
    const variable = `XDG_DATA_HOME=${this.env.XDG_DATA_HOME}`;
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.map(Number).filter((pid) => {
      try {
        const read = (file: string) => readFileSync(`/proc/${pid}/${file}`, 'latin1').split('\0');
        return read('environ').includes(variable) && read('cmdline').join(' ').includes(named);
      } catch {
        return false; // It has ended meanwhile, or is not ours to see.
      }
    });
  }

  /** Ends everything that was started here and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (let tries = 0, pids = this.processes(); pids.length > 0 && tries < 50; tries += 1) {
      for (const pid of pids) kill(pid);
      await new Promise((resolve) => setTimeout(resolve, 20));
      pids = this.processes();
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Where and with what a program is started. */
export interface StartOptions {
  /** Added to the home's environment. */
  env?: Record<string, string>;
  /** Default: the home's folder. */
  cwd?: string;
}

/** How a program ended that had no terminal. */
export interface Outcome {
  stdout: string;
  stderr: string;
  exitCode: number | undefined;
}

/** Runs the program to its end, without a terminal. */
export async function runProgram(home: Home, args: string[], options: StartOptions = {}): Promise<Outcome> {
  const { stdout, stderr, exitCode } = await execa(process.execPath, [program, ...args], {
    cwd: options.cwd ?? home.folder,
    env: { ...home.env, ...options.env },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
  });
  return { stdout, stderr, exitCode };
}

/** A program at a terminal. */
export interface TerminalProgram {
  /** The terminal it writes to, for more than text. */
  readonly terminal: xterm.Terminal;
  readonly pid: number;
  /** Types as a person would; keys as the bytes a terminal sends, e.g. `\r`, `\x1b[A`, `\x03`. */
  type(text: string): void;
  resize(cols: number, rows: number): void;
  /** What happens to a program when its window is closed or its SSH connection is lost. */
  hangUp(): void;
  /** What is on the screen now, without trailing blanks; what the terminal has wrapped is one line. */
  screen(): string;
  /** What programs change for themselves and must give back: alternate screen, cursor, and how keys and mouse are reported. */
  modes(): object;
  /** Waits until the screen shows it. @throws when it ends first or `timeout` (ms, default 10 000) is over, with the screen */
  waitFor(wanted: string | RegExp, timeout?: number): Promise<void>;
  /** Exit code, once it has ended and all its output is on the screen. */
  exit: Promise<number>;
}

/** What a window is opened with. */
export interface WindowOptions extends StartOptions {
  cols?: number;
  rows?: number;
}

/** Starts the program in a real pseudo-terminal. It ends at the latest with its home. */
export function startProgram(home: Home, args: string[], options: WindowOptions = {}): TerminalProgram {
  return openWindow(home, process.execPath, [program, ...args], options);
}

/** A shell at a terminal: where people call the program, and where they would feel what it has left behind. */
export interface Shell extends TerminalProgram {
  /** Calls the program, as `ft-wizard`, in the foreground. */
  call(args: string[]): void;
  /** Sends a signal to the program, and to nothing else. */
  signal(name: NodeJS.Signals): void;
  /** Waits until the shell asks for the next command, the last one having ended with this exit code. */
  prompts(exitCode: number, timeout?: number): Promise<void>;
  /** All that the terminal's driver is set to (`stty -g`): echo, whole lines, what Ctrl-C does. */
  settings(): Promise<string>;
}

/** Starts a shell in a real pseudo-terminal. */
export async function startShell(home: Home, options: WindowOptions = {}): Promise<Shell> {
  home.addCommand('ft-wizard', `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  const window = openWindow(home, '/bin/sh', [], {
    ...options,
    env: { ...options.env, PS1: '[exit $?] ', ENV: '' },
  });
  const prompts = (exitCode: number, timeout?: number) =>
    window.waitFor(new RegExp(`\\[exit ${exitCode}\\]$`), timeout);
  await prompts(0);
  return {
    ...window,
    prompts,
    signal(name) {
      for (const pid of home.processes(program)) process.kill(pid, name);
    },
    call: (args) => window.type(`ft-wizard ${args.map((word) => `'${word}'`).join(' ')}\r`),
    async settings() {
      window.type("printf '\\033[H\\033[J'; stty -g\r");
      await window.waitFor(/^[\w:=\n]+\n\[exit 0\]$/);
      return window.screen();
    },
  };
}

/** Opens a terminal of that size with a program in it. */
function openWindow(home: Home, file: string, args: string[], options: WindowOptions): TerminalProgram {
  const { cols = 80, rows = 24 } = options;
  const env = { ...home.env, ...options.env };
  const terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true });
  const pty = spawn(file, args, {
    cols,
    rows,
    name: env.TERM!,
    cwd: options.cwd ?? home.folder,
    env,
  });
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const watcher of watchers) watcher();
  };
  let ended = false;
  pty.onData((data) => terminal.write(data, changed));
  // The terminal answers what programs ask of it (cursor position, capabilities).
  terminal.onData((answer) => pty.write(answer));
  let cursor = 'shown';
  for (const [final, state] of [
    ['h', 'shown'],
    ['l', 'hidden'],
  ] as const) {
    terminal.parser.registerCsiHandler({ prefix: '?', final }, (parameters) => {
      if (parameters.includes(25)) cursor = state;
      return false; // The terminal carries it out as always.
    });
  }
  const exit = new Promise<number>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      terminal.write('', () => {
        ended = true;
        changed();
        resolve(signal ? 128 + signal : exitCode);
      });
    });
  });

  const screen = () => {
    const buffer = terminal.buffer.active;
    const lines: string[] = [];
    for (let row = 0; row < terminal.rows; row += 1) {
      const line = buffer.getLine(buffer.viewportY + row)!;
      // A line too long for the window is still one line: a path of a long temporary folder is found whole.
      const before = line.isWrapped ? (lines.pop() ?? '') : '';
      const goesOn = buffer.getLine(buffer.viewportY + row + 1)?.isWrapped ?? false;
      lines.push(before + line.translateToString(!goesOn));
    }
    return lines.join('\n').trimEnd();
  };

  return {
    terminal,
    pid: pty.pid,
    exit,
    screen,
    modes: () => ({ screen: terminal.buffer.active.type, cursor, ...terminal.modes }),
    type: (text) => pty.write(text),
    hangUp: () => pty.kill('SIGHUP'),
    resize(cols, rows) {
      terminal.resize(cols, rows);
      pty.resize(cols, rows);
    },
    waitFor(wanted, timeout = 10_000) {
      const shown = () => (typeof wanted === 'string' ? screen().includes(wanted) : wanted.test(screen()));
      return new Promise((resolve, reject) => {
        const finish = (error?: Error) => {
          clearTimeout(timer);
          watchers.delete(check);
          error ? reject(error) : resolve();
        };
        const fail = (why: string) =>
          finish(new Error(`${why} before the screen showed ${wanted}. It shows:\n${screen()}`));
        const check = () => {
          if (shown()) finish();
          else if (ended) fail('The program ended');
        };
        const timer = setTimeout(() => fail(`${timeout} ms passed`), timeout);
        watchers.add(check);
        check();
      });
    },
  };
}
