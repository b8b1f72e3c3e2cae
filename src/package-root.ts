import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

let found: string | undefined;

/**
 * Absolute folder of this package: the one that holds `python/` and `presets/`. Found by walking up to our own
 * package.json, because this module runs from `src/` in development and from some file of `dist/` once bundled.
 */
export function packageRoot(): string {
  found ??= ownPackageAbove(dirname(fileURLToPath(import.meta.url)));
  return found;
}

function ownPackageAbove(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'ft-wizard')
      return folder;
    if (dirname(folder) === folder) throw new Error(`no package.json of ft-wizard above ${start}`);
  }
}
