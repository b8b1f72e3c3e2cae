import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './imports.ts';

/** Every tracked text file, by path. */
const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((file) => file !== '' && file !== path.relative(root, import.meta.filename))
  .map((file) => ({ file, text: readFileSync(path.join(root, file), 'latin1') }))
  .filter(({ text }) => !text.includes('\0'));

/** `file:line: the line` for each line that matches. */
function linesWith(pattern: RegExp): string[] {
  return tracked.flatMap(({ file, text }) =>
    text
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
}

describe('what is tracked', () => {
  test('names no package registry: people have their own', () => {
    expect(linesWith(/registry\.(npmjs|yarnpkg|npmmirror)|(^|[^\w.-])pypi\.org|pythonhosted\.org/)).toEqual(
      [],
    );
  });

  test('names no path of the machine it was written on', () => {
    expect(
      linesWith(/(^|[\s"'`(=:])\/(root|work|opt\/wheels|tmp\/venv|home\/[a-z]+\/)(\/|$|["'`\s])/),
    ).toEqual([]);
  });

  test('leaves the addresses of packages out of the lock file', () => {
    const lock = tracked.find(({ file }) => file === 'package-lock.json')!;
    expect(lock.text).not.toContain('"resolved"');
  });
});
