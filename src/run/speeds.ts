import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { kindOfPlan, type MeasuredSpeed } from '../plan/measured-speed.ts';
import { type Plan, precisionSchema, scheduleSchema } from '../plan/schema.ts';
import { areStandIns } from '../plan/stand-in.ts';
import type { RunDirectory } from './directory.ts';
import type { TrainerEvent } from './events.ts';
import { eventsOfType } from './events-file.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import { dataHome } from './xdg.ts';

/** How fast trainings were on the cards of this box, for plans to come: a file for each kind of training, of which the newest counts. */

const speedSchema: z.ZodType<MeasuredSpeed> = z.strictObject({
  kind: z.strictObject({
    cards: z.array(z.string()),
    precision: precisionSchema,
    width: z.int().positive(),
    method: z.enum(['lora', 'freeze']),
    checkpointing: z.enum(['none', 'full']),
    graphed: z.boolean(),
    packed: z.boolean(),
    schedule: scheduleSchema.nullable(),
    transport: z.enum(['nccl', 'host']).nullable(),
  }),
  factor: z.number().positive(),
  date: z.iso.datetime(),
});

const folder = () => join(dataHome(), 'speeds');

/** All that is remembered; a file that is not of this version is passed over. */
export function readSpeeds(): MeasuredSpeed[] {
  return filesIn(folder()).flatMap((name) => {
    try {
      return speedSchema.parse(readJsonFile(join(folder(), name)));
    } catch {
      return [];
    }
  });
}

function filesIn(path: string): string[] {
  try {
    return readdirSync(path).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
}

/**
 * Keeps what an attempt has told of its speed. Each file is replaced as a whole, so that runs which end at once do no harm.
 *
 * @throws what the file system does
 */
export function rememberSpeed(run: RunDirectory, attempt: number): void {
  const speed = speedOf(run.readPlan(attempt), readCalibrations(run, attempt));
  if (speed === null) return;
  mkdirSync(folder(), { recursive: true });
  const name = createHash('sha256').update(JSON.stringify(speed.kind)).digest('hex').slice(0, 16);
  writeJsonFile(join(folder(), `${name}.json`), speed);
}

type Calibration = Extract<TrainerEvent, { type: 'calibration' }>;

/**
 * The speed by the newest of an attempt's calibrations; null where there is none, and where CPU ranks stand in for cards, of which they
 * tell nothing.
 */
export function speedOf(plan: Plan, calibrations: readonly Calibration[]): MeasuredSpeed | null {
  const newest = calibrations.at(-1);
  if (newest === undefined || areStandIns(plan)) return null;
  const { measured, predicted, t } = newest;
  // What had been known by then is part of what was predicted.
  const factor = ((plan.throughput.calibration?.factor ?? 1) * measured) / predicted;
  return { kind: kindOfPlan(plan), factor, date: new Date(t).toISOString() };
}

function readCalibrations({ eventsFile }: RunDirectory, attempt: number): Calibration[] {
  return eventsOfType(eventsFile, 'calibration').filter((event) => event.attempt === attempt);
}
