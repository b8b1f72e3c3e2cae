import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { detectHost, freeDiskBytes } from '../../src/hardware/host.ts';

test('the host', async () => {
  const host = await detectHost();
  expect(host.platform).toBe(os.platform());
  expect(host.cpu).not.toBe('');
  expect(host.cores).toBeGreaterThanOrEqual(1);
  expect(host.cores).toBeLessThanOrEqual(os.availableParallelism());
  expect(host.ramTotalBytes).toBeLessThanOrEqual(os.totalmem());
  expect(host.ramAvailableBytes).toBeGreaterThan(0);
  expect(host.ramAvailableBytes).toBeLessThanOrEqual(host.ramTotalBytes);
  expect(host.swapTotalBytes).toBeGreaterThanOrEqual(0);
});

describe('free disk', () => {
  const folder = mkdtempSync(join(os.tmpdir(), 'disk-'));

  test('a folder that will exist has what its parent has', async () => {
    const here = await freeDiskBytes(folder);
    expect(here).toBeGreaterThan(0);
    const later = await freeDiskBytes(join(folder, 'runs', 'of', 'tomorrow'));
    expect(Math.abs(later - here)).toBeLessThan(2 ** 30);
  });

  test('so has a path below a file, which others will refuse', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(await freeDiskBytes(join(file, 'below'))).toBeGreaterThan(0);
  });

  test('a path that cannot be asked about is an error that names it', async () => {
    const path = join(folder, 'x'.repeat(300));
    await expect(freeDiskBytes(path)).rejects.toMatchObject({
      code: 'path-unreadable',
      message: expect.stringContaining(path),
    });
  });
});
