import { exitCodes } from '../../errors.ts';
import { causeOf } from '../cause.ts';
import type { Command } from '../command.ts';
import { clearRequests, isRequested, killRanks, postRequest, signal } from '../control.ts';
import type { RunDirectory } from '../directory.ts';
import { readTail, sizeOf, tailEvents } from '../events-file.ts';
import { runMark } from '../lifecycle.ts';
import { rememberSpeed } from '../speeds.ts';
import type { Status } from '../status.ts';
import { type Child, type Ending, startChild } from './child.ts';
import type { Mps } from './mps.ts';
import { StatusKeeper } from './status-keeper.ts';
import { findCause, judgeTraining, type Verdict } from './verdict.ts';

/** What is to be done for a run, the command lines as data. */
export interface Supervision {
  run: RunDirectory;
  attempt: number;
  /** Fetches the model; null when it is on disk. */
  download: Command | null;
  train: Command;
  /** Lets ranks share a card, each with its part, for as long as they train; null where each has its own. */
  shareCards: (() => Promise<Mps>) | null;
  /** Answers the recipe's prompts with the result; null when it asks none. */
  answer: Command | null;
  /** Records GPU readings until the signal, and tells why they ended before it; null where there is no GPU to read. */
  recordTelemetry: ((signal: AbortSignal) => Promise<string | null>) | null;
  pace?: Pace;
}

/** Times in milliseconds. */
export interface Pace {
  /** How often requests are looked for. */
  poll: number;
  heartbeat: number;
  /** From a stop request to the kill: a step of a large model over PCIe and a checkpoint on a slow disk both fit. */
  stopGrace: number;
  /** From SIGTERM to SIGKILL; torchrun itself gives its ranks 30 s. */
  killGrace: number;
}

const calm: Pace = { poll: 500, heartbeat: 5_000, stopGrace: 15 * 60_000, killGrace: 35_000 };

/** Takes one attempt of a run from where it stands to its end. */
export class Supervisor {
  readonly #job: Supervision;
  readonly #pace: Pace;
  readonly #keeper: StatusKeeper;
  #child: Child | null = null;
  #stopSeen: number | null = null;
  #killing = false;

  /** Takes the run over. */
  constructor(job: Supervision) {
    this.#job = job;
    this.#pace = job.pace ?? calm;
    this.#keeper = new StatusKeeper(job.run, job.attempt, job.train.file);
  }

  /** Stop with a checkpoint; asked a second time, stop now. */
  stop(): void {
    const { run } = this.#job;
    if (this.#stopSeen === null && !isRequested(run, 'stop')) postRequest(run, 'stop');
    else postRequest(run, 'kill');
  }

  /** Resolves with the final status, which is also on disk. */
  async run(): Promise<Status> {
    const timers = [
      setInterval(() => this.#attend(), this.#pace.poll),
      setInterval(() => this.#keeper.beat(), this.#pace.heartbeat),
    ];
    const telemetry = new AbortController();
    this.#recordTelemetry(telemetry.signal);
    try {
      this.#finish(await this.#phases());
    } catch (error) {
      this.#finish({ phase: 'failed', exitCode: exitCodes.failed, reason: (error as Error).message });
    } finally {
      telemetry.abort();
      timers.forEach(clearInterval);
    }
    return this.#keeper.status;
  }

  async #phases(): Promise<Verdict> {
    const { download, train, answer } = this.#job;
    if (download) {
      const failure = await this.#download(download);
      if (failure) return failure;
    }
    const verdict = await this.#train(train);
    return verdict.phase === 'done' && answer ? { ...verdict, ...(await this.#answer(answer)) } : verdict;
  }

  /** Training goes on without readings. */
  async #recordTelemetry(signal: AbortSignal): Promise<void> {
    const reason = await this.#job.recordTelemetry?.(signal).catch((error: Error) => error.message);
    if (reason) this.#keeper.note('telemetry-ended', { reason });
  }

  /** Null when the model is there. */
  async #download(command: Command): Promise<Verdict | null> {
    const { run } = this.#job;
    const from = { events: sizeOf(run.eventsFile), log: sizeOf(run.logFile) };
    const ending = await this.#execute('downloading', command);
    if (this.#stopSeen !== null || this.#killing) return stoppedEarly;
    if (ending.code === 0) return null;
    const cause = findCause({ ending, ...this.#told(from) });
    return { phase: 'failed', exitCode: ending.code ?? exitCodes.failed, ...causeOf(cause) };
  }

  async #train(command: Command): Promise<Verdict> {
    const { run, attempt } = this.#job;
    if (isRequested(run, 'stop')) return stoppedEarly;
    const from = { events: sizeOf(run.eventsFile), log: sizeOf(run.logFile) };
    const ending = await this.#sharingCards((env) =>
      this.#execute('training', { ...command, env: { ...command.env, ...env } }),
    );
    this.#rememberSpeed();
    // Whoever asked for the kill may have been quicker with it than we in seeing the request.
    const killed = this.#killing || isRequested(run, 'kill');
    return judgeTraining({ ending, plan: run.readPlan(attempt), killed, ...this.#told(from) });
  }

  /** For plans to come; whatever becomes of it, the run has ended as it has. */
  #rememberSpeed(): void {
    try {
      rememberSpeed(this.#job.run, this.#job.attempt);
    } catch (error) {
      this.#keeper.note('speed-not-kept', { message: (error as Error).message });
    }
  }

  async #sharingCards(work: (env: Record<string, string>) => Promise<Ending>): Promise<Ending> {
    const mps = await this.#job.shareCards?.();
    try {
      return await work(mps?.env ?? {});
    } finally {
      await mps?.stop();
    }
  }

  /** The result is safe by now: what goes wrong here is told and changes nothing. Null when all prompts were answered. */
  async #answer(command: Command): Promise<Pick<Verdict, 'reason' | 'cause'>> {
    try {
      const { code } = await this.#execute('answering', command);
      if (code === 0) return { reason: null };
    } catch (error) {
      this.#keeper.note('answering-failed', { message: (error as Error).message });
    }
    const key = this.#stopSeen === null ? 'questions-unanswered' : 'questions-skipped';
    return causeOf({ key, about: null });
  }

  /** Events and log since these bytes. */
  #told(from: { events: number; log: number }) {
    const { run } = this.#job;
    return {
      events: tailEvents(run.eventsFile, from.events),
      log: readTail(run.logFile, 64 * 1024, from.log),
    };
  }

  /** Runs a command to its end, and ends whatever it left behind. */
  async #execute(phase: Status['phase'], command: Command): Promise<Ending> {
    const { run } = this.#job;
    const child = await startChild(command, {
      logFile: run.logFile,
      cwd: run.path,
      env: { [runMark]: run.path },
    });
    this.#child = child;
    this.#keeper.note('started', { phase, pid: child.pid, command: [command.file, ...command.args] });
    this.#keeper.update({ phase, trainer: child.identity });
    const ending = await child.ended;
    this.#child = null;
    this.#keeper.note('ended', { phase, pid: child.pid, ...ending });
    // Ranks whose torchrun died would wait for each other for ever, and hold their cards.
    killRanks(run, null);
    return ending;
  }

  /** Looks for requests. */
  #attend(): void {
    const { run } = this.#job;
    if (isRequested(run, 'kill')) this.#kill('requested');
    if (this.#stopSeen === null) {
      if (isRequested(run, 'stop')) this.#beginStop();
    } else if (Date.now() - this.#stopSeen > this.#pace.stopGrace) {
      this.#kill('no end within the grace time of a stop');
    }
  }

  /** The ranks carry the stop out themselves at a step boundary; in the other phases there is nothing to keep. */
  #beginStop(): void {
    this.#stopSeen = Date.now();
    this.#keeper.note('stop-requested');
    const { phase } = this.#keeper.status;
    if (phase === 'training') this.#keeper.update({ phase: 'stopping' });
    else if (this.#child) signal(-this.#child.pid, 'SIGTERM');
  }

  #kill(why: string): void {
    const { run } = this.#job;
    const child = this.#child;
    if (this.#killing || !child) return;
    this.#killing = true;
    this.#keeper.note('killing', { why, pid: child.pid });
    signal(-child.pid, 'SIGTERM');
    const force = setTimeout(() => killRanks(run, child.pid), this.#pace.killGrace);
    child.ended.finally(() => clearTimeout(force));
  }

  #finish(verdict: Verdict): void {
    clearRequests(this.#job.run);
    this.#keeper.update({ ...verdict, trainer: null });
  }
}

const stoppedEarly: Verdict = {
  phase: 'stopped',
  exitCode: exitCodes.interrupted,
  reason: 'Stopped before the training began; `ft-wizard resume` starts it.',
};
