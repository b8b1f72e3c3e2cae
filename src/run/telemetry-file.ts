import { existsSync, readFileSync } from 'node:fs';
import type { GpuReading } from '../hardware/telemetry.ts';
import type { RunDirectory } from './directory.ts';

/** One line of `telemetry.jsonl`; none for a line that a full disk cut short. */
export function parseReading(line: string): GpuReading[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}

/** Everything that a run's cards have reported; for short runs. */
export function readTelemetry({ telemetryFile }: RunDirectory): GpuReading[] {
  if (!existsSync(telemetryFile)) return [];
  return readFileSync(telemetryFile, 'utf8').split('\n').flatMap(parseReading);
}
