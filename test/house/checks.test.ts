import path from 'node:path';
import { execa } from 'execa';
import { describe, test } from 'vitest';
import { checks, explain } from '../../.dev/checks.ts';
import { root } from './imports.ts';

describe('npm run check', () => {
  test.each(checks)('$title', async (check) => {
    const [program, ...args] = check.command;
    const outcome = await execa(program, args, { cwd: path.join(root, check.cwd), all: true, reject: false });
    if (outcome.failed) throw new Error(explain(check, outcome.all ?? outcome.shortMessage ?? ''));
  });
});
