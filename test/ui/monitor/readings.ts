import type { GpuReading } from '../../../src/hardware/telemetry.ts';

/** A P40 at work. */
export function reading(uuid: string, change: Partial<GpuReading> = {}): GpuReading {
  return {
    t: '2026-11-25T00:34:50.000Z',
    uuid,
    memoryUsedBytes: 14.9 * 2 ** 30,
    memoryTotalBytes: 22.5 * 2 ** 30,
    utilization: 93,
    temperature: 71,
    powerWatts: 183.4,
    powerLimitWatts: 250,
    fanSpeed: null,
    clockMHz: 1303,
    ...change,
  };
}
