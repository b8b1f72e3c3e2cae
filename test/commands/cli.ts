import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';

const entry = resolve(import.meta.dirname, '../../src/cli.ts');

/** What a command said and how it ended. */
export interface Outcome {
  stdout: string;
  stderr: string;
  exitCode: number | undefined;
}

const node = dirname(process.execPath);
const standIn = resolve(import.meta.dirname, '../fixtures/stand-in');

/** Someone who has never run the program, in a folder of their own. */
export class Person {
  readonly folder = mkdtempSync(join(tmpdir(), 'person-'));
  readonly #box: string | undefined;

  /** @param box fixture of test/fixtures/nvidia-smi with the cards they have; by default none */
  constructor(box?: string) {
    this.#box = box;
  }

  /** Runs the program from its sources. */
  async run(...args: string[]): Promise<Outcome> {
    const { stdout, stderr, exitCode } = await execa(process.execPath, [entry, ...args], {
      cwd: this.folder,
      reject: false,
      extendEnv: false,
      env: {
        HOME: this.folder,
        // No nvidia-smi on it but that of the fixture, which is a shell script; else nothing of this machine, Python included.
        PATH: this.#box ? `${standIn}:${node}:/usr/bin:/bin` : node,
        ...(this.#box && { NVIDIA_SMI_STAND_IN: this.#box }),
        HF_HUB_OFFLINE: '1',
        NO_COLOR: '1',
      },
    });
    return { stdout, stderr, exitCode };
  }
}
