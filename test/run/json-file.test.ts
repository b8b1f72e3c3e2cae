import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readJsonFile, writeJsonFile } from '../../src/run/json-file.ts';
import { temporaryFolder } from './fixtures.ts';

it('replaces the whole file and leaves nothing beside it', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'status.json');
  writeFileSync(file, `{"a": "${'x'.repeat(1000)}"}`);
  writeJsonFile(file, { b: 1 });
  expect(readJsonFile(file)).toEqual({ b: 1 });
  expect(readdirSync(folder)).toEqual(['status.json']);
});

it('keeps the old content when the new cannot be written', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'status.json');
  writeJsonFile(file, { a: 1 });
  expect(() => writeJsonFile(file, { toJSON: () => BigInt(1) })).toThrow();
  expect(readJsonFile(file)).toEqual({ a: 1 });
  expect(readdirSync(folder)).toEqual(['status.json']);
});
