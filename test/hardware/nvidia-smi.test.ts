import { chmodSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { linkBandwidth } from '../../src/hardware/catalogue.ts';
import { queryCards } from '../../src/hardware/nvidia-smi.ts';
import { noCards } from '../../src/words/en/cards.ts';
import { useBox, useScript } from './box.ts';

const MiB = 2 ** 20;

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the cards of a box', () => {
  test('two P40s', async () => {
    useBox('p40x2');
    const { cards, ...rest } = await queryCards();
    expect(rest).toEqual({ driverVersion: '535.183.01', reason: null, notes: [] });
    expect(cards.map(({ index, uuid, kind }) => [index, uuid.slice(-4), kind.id])).toEqual([
      [0, '0001', 'p40'],
      [1, '0002', 'p40'],
    ]);
    expect(cards[0]).toMatchObject({
      totalBytes: 24576 * MiB,
      freeBytes: 24437 * MiB,
      migEnabled: false,
      processes: [],
      imagined: false,
    });
  });

  test('an H200, from what one printed: free is less than total though nothing runs', async () => {
    useBox('h200');
    const { cards } = await queryCards();
    expect(cards[0]).toMatchObject({
      uuid: 'GPU-8ce8364f-8929-146e-7c26-ca71832f670b',
      kind: { id: 'h200', computeCapability: '9.0' },
      totalBytes: 143771 * MiB,
      freeBytes: 143156 * MiB,
    });
  });

  test('a driver too old for some fields: the catalogue knows the compute capability', async () => {
    useBox('p40x2-driver-470');
    const { cards, driverVersion, notes } = await queryCards();
    expect(driverVersion).toBe('470.256.02');
    expect(cards.map(({ kind, migEnabled }) => [kind.id, kind.computeCapability, migEnabled])).toEqual([
      ['p40', '6.1', false],
      ['p40', '6.1', false],
    ]);
    expect(notes).toEqual([
      "This driver's nvidia-smi does not know compute_cap, mig.mode.current; the catalogue fills in.",
    ]);
  });

  test("someone else's processes, and the link of the slot rather than the card's", async () => {
    useBox('3090-and-p40');
    const [p40, geforce] = (await queryCards()).cards;
    expect(p40?.processes).toEqual([]);
    expect(p40?.kind.linkBandwidth).toBe(linkBandwidth(3, 4));
    expect(geforce?.freeBytes).toBe(18154 * MiB);
    expect(geforce?.processes).toEqual([
      { pid: 41872, name: '/home/eva/llama, quantized/bin/llama-server', usedBytes: 5800 * MiB },
      { pid: 41901, name: 'unknown', usedBytes: null },
    ]);
  });

  test('a card that is not in the catalogue, one in MIG mode, and one without memory of its own', async () => {
    useScript(`case $1 in --query-gpu=*)
      echo '0, GPU-a, 580.1, 24576, 24000, 8.9, [N/A], [N/A], [N/A], NVIDIA Prototype'
      echo '1, GPU-b, 580.1, 81920, 81300, 8.0, Enabled, 4, 16, NVIDIA A100-SXM4-80GB'
      echo '2, GPU-c, 580.1, [N/A], [N/A], 12.1, [N/A], [N/A], [N/A], NVIDIA GB10';; esac`);
    const { cards, notes } = await queryCards();
    expect(cards.map(({ kind, migEnabled }) => [kind.name, kind.estimated ?? false, migEnabled])).toEqual([
      ['NVIDIA Prototype', true, false],
      ['NVIDIA A100-SXM4-80GB', false, true],
    ]);
    expect(cards[0]?.kind.computeCapability).toBe('8.9');
    expect(notes).toEqual([
      'NVIDIA GB10 (index 2) is left out: nvidia-smi tells no memory size or UUID for it.',
      'NVIDIA Prototype (index 0) is not in the catalogue: its speed is a guess.',
    ]);
  });

  test('processes that cannot be listed do not hide the cards', async () => {
    useScript(`case $1 in --query-gpu=*) echo '0, GPU-a, 535.1, 24576, 24437, 6.1, [N/A], 3, 16, Tesla P40';;
      *) echo 'Insufficient Permissions'; exit 4;; esac`);
    const { cards, notes } = await queryCards();
    expect(cards).toHaveLength(1);
    expect(notes).toEqual([
      'Other processes on the cards could not be listed: nvidia-smi failed with exit code 4: Insufficient Permissions',
    ]);
  });
});

describe('no cards, with a reason and no crash', () => {
  const reason = async (timeoutMs?: number) => {
    const detection = await queryCards(timeoutMs === undefined ? {} : { timeoutMs });
    expect(detection.cards).toEqual([]);
    return detection.reason && noCards(detection.reason);
  };

  test('no driver', async () => {
    vi.stubEnv('PATH', mkdtempSync(join(tmpdir(), 'empty-')));
    expect(await reason()).toMatch(/^nvidia-smi was not found: no NVIDIA driver/);
  });

  test('a driver that is not loaded', async () => {
    useScript(`echo "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."; exit 9`);
    expect(await reason()).toBe(
      "nvidia-smi failed with exit code 9: NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
    );
  });

  test('a failure without a word, and one told on stderr', async () => {
    useScript('exit 255');
    expect(await reason()).toBe('nvidia-smi failed with exit code 255.');
    useScript('echo Driver/library version mismatch >&2; exit 18');
    expect(await reason()).toBe('nvidia-smi failed with exit code 18: Driver/library version mismatch');
  });

  test('a driver that hangs', async () => {
    useScript('exec sleep 30');
    expect(await reason(300)).toBe(
      'nvidia-smi did not answer within 0.3 s: the driver may hang (look for Xid in dmesg).',
    );
  });

  test('one killed, and one that cannot be started', async () => {
    useScript('kill -9 $$');
    expect(await reason()).toMatch(/^nvidia-smi could not be run: .*SIGKILL/);
    const folder = useScript('');
    chmodSync(join(folder, 'nvidia-smi'), 0o644);
    vi.stubEnv('PATH', folder);
    expect(await reason()).toMatch(/^nvidia-smi could not be run: .*EACCES/);
  });

  test('no devices', async () => {
    useScript('echo No devices were found');
    expect(await reason()).toBe('nvidia-smi runs but lists no GPU that can be used.');
  });

  test('a field refused that nobody asked for', async () => {
    const refusal = readFileSync(
      join(import.meta.dirname, '../fixtures/nvidia-smi/unknown-field-exit2.stdout.txt'),
      'utf8',
    );
    useScript(`echo '${refusal}'; exit 2`);
    expect(await reason()).toBe(
      'nvidia-smi failed with exit code 2: Field "foo" is not a valid field to query.',
    );
  });

  test('a driver that knows no field at all is not asked for ever', async () => {
    useScript(
      `field=\${1#*=}; printf 'Field "%s" is not a valid field to query.\\n' "\${field%%,*}"; exit 2`,
    );
    expect(await reason()).toBe('nvidia-smi runs but lists no GPU that can be used.');
  });
});
