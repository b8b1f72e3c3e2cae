import { appendFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { RunDirectory } from '../directory.ts';
import { identifySelf } from '../process-identity.ts';
import type { Status } from '../status.ts';

/** Keeps `status.json` and `supervisor.jsonl`, whose one writer the supervisor is. */
export class StatusKeeper {
  readonly #run: RunDirectory;
  #status: Status;

  /** Takes the run over: from here on it is this process that others find in `status.json`. */
  constructor(run: RunDirectory, attempt: number, python: string) {
    this.#run = run;
    const fresh = { attempt, host: hostname(), supervisor: identifySelf(), trainer: null, python };
    this.#status = { ...run.readStatus(), ...fresh, exitCode: null, reason: null, cause: null };
    this.note('took-over', { attempt, pid: process.pid });
    this.beat();
  }

  get status(): Status {
    return this.#status;
  }

  update(change: Partial<Status>): void {
    if (change.phase && change.phase !== this.#status.phase) this.note('phase', { phase: change.phase });
    this.#status = { ...this.#status, ...change };
    this.beat();
  }

  /** The heartbeat. A full disk must not end a training that could go on: the next beat tries again. */
  beat(): void {
    this.#status = { ...this.#status, updated: new Date().toISOString() };
    quietly(() => this.#run.writeStatus(this.#status));
  }

  /** One line of `supervisor.jsonl`. */
  note(what: string, detail: Record<string, unknown> = {}): void {
    const line = JSON.stringify({ t: new Date().toISOString(), what, ...detail });
    quietly(() => appendFileSync(this.#run.supervisorFile, `${line}\n`));
  }
}

function quietly(write: () => void): void {
  try {
    write();
  } catch (error) {
    console.error(`supervisor: ${(error as Error).message}`); // into trainer.log
  }
}
