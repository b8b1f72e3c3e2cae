import { openSync, writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { streamTelemetry } from '../../hardware/telemetry.ts';
import type { Plan } from '../../plan/schema.ts';
import { torchrunCommand, trainerCommand } from '../command.ts';
import type { RunDirectory } from '../directory.ts';
import { startMps } from './mps.ts';
import type { Supervision } from './supervisor.ts';

/** What the run's current attempt asks to be done. @throws UserError `run-broken` */
export function readJob(run: RunDirectory, python: string): Supervision {
  const { attempt } = run.readStatus();
  const plan = run.readPlan(attempt);
  const { prompts } = run.readRecipe();
  const isRandom = plan.model.weights === 'random';
  const here = ['--run-dir', run.path];
  const onDevice = ['--device', plan.device === 'cpu' ? 'cpu' : 'auto'];
  return {
    run,
    attempt,
    download:
      plan.model.path || isRandom
        ? null
        : trainerCommand(python, ['download', '--model', plan.model.source, ...here]),
    train: torchrunCommand(
      python,
      plan.ranks.length,
      ['train', ...here, '--attempt', String(attempt)],
      availableParallelism(),
    ),
    answer:
      prompts.length > 0 && !isRandom
        ? trainerCommand(python, ['chat', '--run-dir', run.path, '--compare', ...onDevice])
        : null,
    shareCards: cardSharing(run, plan),
    recordTelemetry: telemetryRecorder(run, plan),
  };
}

function cardSharing(run: RunDirectory, plan: Plan): Supervision['shareCards'] {
  const isDivided = plan.ranks.some(({ gpu }) => typeof gpu?.emulated?.smPercent === 'number');
  return isDivided ? () => startMps(uuidsOf(plan), run.path) : null;
}

function uuidsOf({ ranks }: Plan): string[] {
  return [...new Set(ranks.flatMap(({ gpu }) => gpu?.uuid ?? []))];
}

function telemetryRecorder(run: RunDirectory, plan: Plan): Supervision['recordTelemetry'] {
  const { device } = plan;
  const uuids = uuidsOf(plan);
  if (device !== 'cuda' || uuids.length === 0) return null;
  return (signal) => {
    const file = openSync(run.telemetryFile, 'a');
    return streamTelemetry(uuids, (reading) => record(file, reading), signal);
  };
}

/** A disk that is full for a while must not end the supervision: the reading is lost, no more. */
function record(file: number, reading: unknown): void {
  try {
    writeSync(file, `${JSON.stringify(reading)}\n`);
  } catch {}
}
