import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';

const standIn = join(import.meta.dirname, '..', 'fixtures', 'stand-in');

/** Puts the stand-in nvidia-smi on PATH, with the cards of that fixture. */
export function useBox(name: string): void {
  vi.stubEnv('PATH', `${standIn}:${process.env.PATH}`);
  vi.stubEnv('NVIDIA_SMI_STAND_IN', name);
}

/** Puts a shell script on PATH as nvidia-smi; gives its folder. */
export function useScript(script: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'nvidia-smi-'));
  const file = join(folder, 'nvidia-smi');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  return folder;
}
