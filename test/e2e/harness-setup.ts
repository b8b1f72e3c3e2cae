import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** Once before any end-to-end test: brings `dist/` and the development Python up to date. Quick when they are. */
export function setup(): void {
  const root = path.resolve(import.meta.dirname, '../..');
  execFileSync(process.execPath, [path.join(root, '.dev/setup.mjs'), 'build', 'python'], {
    stdio: 'inherit',
  });
}
