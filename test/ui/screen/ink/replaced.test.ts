import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fastInk, replaced } from '../../../../.dev/fast-ink.ts';

const packages = path.join(import.meta.dirname, '../../../../node_modules');

test.each(replaced.filter(({ importer }) => importer))(
  'Ink still imports $id in $importer',
  ({ importer, id, by }) => {
    const file = path.join(packages, importer!);
    expect(readFileSync(file, 'utf8')).toContain(`from '${id}'`);
    expect(fastInk.resolveId(id, file)).toBe(by);
    expect(existsSync(by)).toBe(true);
    expect(fastInk.resolveId(id, path.join(packages, 'other/build/renderer.js'))).toBeNull();
  },
);
