import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../src/package-root.ts';

test('from the sources it is the repository', () => {
  const manifest = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
  expect(manifest.name).toBe('ft-wizard');
});

test('from a bundle it is the installed package, past manifests of others in between', async () => {
  const root = mkdtempSync(join(tmpdir(), 'ft-wizard-root-'));
  try {
    mkdirSync(join(root, 'dist', 'chunks'), { recursive: true });
    writeFileSync(join(root, 'package.json'), '{"name":"ft-wizard","type":"module"}');
    writeFileSync(join(root, 'dist', 'package.json'), '{"type":"module"}');
    const module = join(root, 'dist', 'chunks', 'package-root.ts');
    copyFileSync(new URL('../src/package-root.ts', import.meta.url), module);
    expect((await import(module)).packageRoot()).toBe(root);
  } finally {
    rmSync(root, { recursive: true });
  }
});
