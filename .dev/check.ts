// Runs every static check, shows what failed and how to mend it; exit code 1 if anything did.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { checks, explain } from './checks.ts';

let failed = 0;
for (const check of checks) {
  const [program, ...args] = check.command;
  const cwd = path.join(import.meta.dirname, '..', check.cwd);
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'}  ${check.title}`);
  if (status === 0) continue;
  failed += 1;
  console.log(`\n${explain(check, error?.message ?? stdout + stderr)}`);
}
process.exitCode = failed > 0 ? 1 : 0;
