import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readmeFile, readmes, withKeys } from '../../.dev/readme.ts';

describe.each(readmes)('$file', ({ file, language }) => {
  const text = readFileSync(readmeFile(file), 'utf8');

  test('lists the keys as the key table has them; `node .dev/readme.ts` mends it', () => {
    expect(text).toBe(withKeys(text, language));
  });

  test('links to nothing that is not there', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, target]) => target!);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((target) => !existsSync(readmeFile(target)))).toEqual([]);
  });
});
