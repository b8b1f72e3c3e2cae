import { screenMode } from '../ui/screen/mode.ts';

/** Whether somebody is there who can be asked for what is missing. */
export function canAsk(options: { dryRun?: boolean; detach?: boolean; json?: boolean }): boolean {
  const headless = options.dryRun || options.detach || options.json;
  return !headless && screenMode(process.env, process.stdin, process.stdout) !== 'none';
}
