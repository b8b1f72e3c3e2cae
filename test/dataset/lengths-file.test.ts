import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isLengthsFile } from '../../src/dataset/lengths-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'ft-wizard-lengths-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['{"lengths": [83, 195]}', true],
  ['{\n  "what": "of 200 samples",\n  "lengths": [83', true],
  ['{"what": "lengths of 200 samples: exp(N(5.0, 0.7))", "lengths": [83, 195', true],
  ['{"instruction": "q", "output": "a"}\n', false],
  ['{"instruction": "q", "lengths": "a"}\n', false],
  ['[{"lengths": [1]}]', false],
  ['', false],
])('%j: %s', async (text, expected) => {
  const file = join(folder, 'file.json');
  writeFileSync(file, text);
  expect(await isLengthsFile(file)).toBe(expected);
});
