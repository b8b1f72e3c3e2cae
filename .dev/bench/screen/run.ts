import {
  appendFileSync,
  closeSync,
  cpSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { RunDirectory } from '../../../src/run/directory.ts';
import { identifySelf } from '../../../src/run/process-identity.ts';

const recorded = path.resolve(import.meta.dirname, '../../../test/fixtures/runs/killed-and-resumed');

/** A run of two cards whose events this process writes. It counts as live as long as this process does. */
export class FedRun extends RunDirectory {
  readonly totalSteps: number;

  constructor(folder: string, id: string, totalSteps: number) {
    super(path.join(folder, id));
    this.totalSteps = totalSteps;
    mkdirSync(this.attemptFolder(1), { recursive: true });
    const plan = JSON.parse(readFileSync(path.join(recorded, 'plan.json'), 'utf8'));
    const cards = plan.ranks.map((rank: { rank: number }) => ({
      ...rank,
      gpu: { uuid: `GPU-${rank.rank}`, index: rank.rank, name: 'Tesla P40' },
    }));
    writeFileSync(this.planFile(1), JSON.stringify({ ...plan, device: 'cuda', ranks: cards }));
    cpSync(path.join(recorded, 'trainer.log'), this.logFile);
    const status = JSON.parse(readFileSync(path.join(recorded, 'status.json'), 'utf8'));
    const here = { host: hostname(), supervisor: identifySelf(), trainer: null };
    this.writeStatus({
      ...status,
      ...here,
      id,
      phase: 'training',
      attempt: 1,
      exitCode: null,
      updated: new Date().toISOString(),
    });
  }

  /** Events, readings and log of these steps, as a trainer of two ranks and its supervisor write them. */
  add(first: number, last: number): void {
    const steps = Array.from({ length: last - first + 1 }, (_, at) => first + at);
    appendFileSync(this.eventsFile, steps.map((step) => this.#events(step)).join(''));
    appendFileSync(this.telemetryFile, steps.map(() => readings()).join(''));
    appendFileSync(
      this.logFile,
      steps.map((step) => `step ${step}/${this.totalSteps}  loss 1.2345  lr 1.00e-04\n`).join(''),
    );
    this.writeStatus({ ...this.readStatus(), updated: new Date().toISOString() });
  }

  /** A whole history at once, of three lines a step. */
  fill(): void {
    const file = openSync(this.eventsFile, 'w');
    for (let step = 1; step <= this.totalSteps; step += 1000) {
      const steps = Array.from({ length: Math.min(1000, this.totalSteps - step + 1) }, (_, at) => step + at);
      writeSync(file, steps.map((each) => this.#events(each)).join(''));
    }
    closeSync(file);
  }

  #events(step: number): string {
    const t = new Date().toISOString();
    const noise = Math.random();
    const figures = {
      epoch: step / 1000,
      loss: 1.2 + 2 * Math.exp((-5 * step) / this.totalSteps) + noise * 0.2,
      grad_norm: 1 + noise,
      lr: 1e-4,
      tokens: 8192,
      tokens_per_second: 410 + noise * 10,
      eta: this.totalSteps - step,
      loss_scale: 65536,
      skipped: false,
    };
    const lines = [
      { v: 1, t, type: 'step', attempt: 1, step, totalSteps: this.totalSteps, ...figures },
      ...[0, 1].map((rank) => ({
        ...{ v: 1, t, type: 'stage', step, rank, busy: 0.7 + noise * 0.1, waiting: 0.2 },
        peak_reserved_bytes: 15 * 2 ** 30,
      })),
    ];
    return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  }
}

function readings(): string {
  const t = new Date().toISOString();
  return [0, 1]
    .map((card) => {
      const figures = {
        utilization: 60 + Math.round(Math.random() * 40),
        temperature: 70,
        powerWatts: 180,
        powerLimitWatts: 250,
      };
      const memory = { memoryUsedBytes: 15 * 2 ** 30, memoryTotalBytes: 24 * 2 ** 30 };
      return `${JSON.stringify({ t, uuid: `GPU-${card}`, ...memory, ...figures, fanSpeed: null, clockMHz: 1303 })}\n`;
    })
    .join('');
}
