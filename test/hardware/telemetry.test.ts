import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { type GpuReading, streamTelemetry } from '../../src/hardware/telemetry.ts';
import { useBox, useScript } from './box.ts';

const MiB = 2 ** 20;

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Streams until that many readings came, or the stream ends by itself. */
async function collect(uuids: string[], count: number) {
  const stop = new AbortController();
  const readings: GpuReading[] = [];
  const reason = await streamTelemetry(
    uuids,
    (reading) => {
      readings.push(reading);
      if (readings.length === count) stop.abort();
    },
    stop.signal,
  );
  return { readings, reason };
}

test('readings of the cards asked for, second after second, until the abort', async () => {
  useBox('3090-and-p40');
  const geforce = 'GPU-9e8f7a6b-0c1d-4e2f-8a3b-4c5d6e7f0001';
  const { readings, reason } = await collect([geforce], 2);
  expect(reason).toBeNull();
  expect(readings).toHaveLength(2);
  expect(Date.parse(readings[1]!.t) - Date.parse(readings[0]!.t)).toBeGreaterThan(500);
  expect(readings[0]).toEqual({
    t: expect.stringMatching(/^\d{4}-.*Z$/),
    uuid: geforce,
    memoryUsedBytes: 6021 * MiB,
    memoryTotalBytes: 24576 * MiB,
    utilization: 87,
    temperature: 61,
    powerWatts: 287.4,
    powerLimitWatts: 350,
    fanSpeed: 62,
    clockMHz: 1695,
  });
});

test('what a card does not measure is null; what it measures as 0 is 0', async () => {
  useBox('p40x2');
  const { readings } = await collect(['GPU-5d1b0c9e-31b7-4f5c-9a52-6a1f2c7e0002'], 1);
  expect(readings[0]).toMatchObject({ utilization: 0, fanSpeed: null });
});

/** A nvidia-smi that prints one row and then nothing more; gives a function that tells its process. */
function useSilentBox(): () => number {
  const file = join(mkdtempSync(join(tmpdir(), 'telemetry-')), 'pid');
  useScript(`echo $$ > ${file}; echo "GPU-a, 1, 2, 3, 4, 5, 6, 7, 8"; exec sleep 60`);
  return () => Number(readFileSync(file, 'utf8'));
}

test('the child is gone after the abort', async () => {
  const pid = useSilentBox();
  await collect(['GPU-a'], 1);
  expect(() => process.kill(pid(), 0)).toThrow('ESRCH');
});

test('an abort that came before the start starts nothing', async () => {
  const mark = join(mkdtempSync(join(tmpdir(), 'telemetry-')), 'started');
  useScript(`touch ${mark}`);
  expect(await streamTelemetry(['GPU-a'], () => {}, AbortSignal.abort())).toBeNull();
  expect(existsSync(mark)).toBe(false);
});

test('an error of the reader comes through and ends the child', async () => {
  const pid = useSilentBox();
  const full = new Error('disk full');
  const stream = streamTelemetry(
    ['GPU-a'],
    () => {
      throw full;
    },
    new AbortController().signal,
  );
  await expect(stream).rejects.toBe(full);
  await vi.waitFor(() => expect(() => process.kill(pid(), 0)).toThrow('ESRCH'));
});

test('a stream that ends says why', async () => {
  useScript(`echo "GPU-a, 1, 2, 3, 4, 5, 6, 7, 8"; echo "Unable to determine the device handle"; exit 15`);
  expect(await collect(['GPU-a'], 9)).toMatchObject({
    readings: [{ uuid: 'GPU-a' }],
    reason: 'nvidia-smi failed with exit code 15: Unable to determine the device handle',
  });
  useScript('exit 0');
  expect((await collect(['GPU-a'], 1)).reason).toBe('nvidia-smi ended by itself.');
  vi.stubEnv('PATH', mkdtempSync(join(tmpdir(), 'empty-')));
  expect((await collect(['GPU-a'], 1)).reason).toMatch(/^nvidia-smi was not found/);
});
