import { expect, test } from 'vitest';
import { card, cards, diskOf, GiB, host, llama, planInput, problemIn } from '../fixtures.ts';

const onHost = (ram: { available: number; total: number; swap?: number }, imagined = false) =>
  problemIn(
    planInput(
      {},
      {
        host: {
          ...host,
          ramAvailableBytes: ram.available * GiB,
          ramTotalBytes: ram.total * GiB,
          swapTotalBytes: (ram.swap ?? 0) * GiB,
        },
        cards: cards(2, (index) => card(index, { imagined })),
      },
    ),
    'host-ram',
  );

test('host-ram says where what is missing could come from', () => {
  expect(onHost({ available: 8, total: 16 })).toBeUndefined();
  expect(onHost({ available: 2, total: 16, swap: 8 })).toMatchObject({
    severity: 'warning',
    message: expect.stringContaining('Loading will swap'),
  });
  expect(onHost({ available: 2, total: 16 })).toMatchObject({
    severity: 'warning',
    message: expect.stringContaining('Other programs hold'),
  });
  expect(onHost({ available: 2, total: 3 })).toMatchObject({ severity: 'error' });
  expect(onHost({ available: 2, total: 3 }, true)).toBeUndefined();
});

test('disk-space: what shares a disk is added up, what does not is not', () => {
  const model = { ...llama(), checkpointBytes: 26e9 };
  const on = (disk: ReturnType<typeof diskOf> | null) =>
    problemIn(planInput({}, { model, disk }), 'disk-space');
  expect(on(null)).toBeUndefined();
  expect(on(diskOf(100e9))).toBeUndefined();
  expect(on(diskOf(26.5e9))).toMatchObject({
    severity: 'error',
    message: expect.stringMatching(/\/data must hold about .*checkpoints .*result .*download 24\.2 GiB/),
  });
  const cache = { folder: '/cache', device: 2, freeBytes: 26.5e9 };
  expect(on({ ...diskOf(26.5e9), download: cache })).toBeUndefined();
  expect(on({ ...diskOf(26.5e9), download: { ...cache, freeBytes: 20e9 } })).toMatchObject({
    message: expect.stringMatching(/^The disk is too small: \/cache must hold about 24\.2 GiB/),
    fix: 'Free some space, or put downloads elsewhere with HF_HOME.',
  });
});
