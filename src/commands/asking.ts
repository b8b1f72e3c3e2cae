import { screenMode } from '../ui/screen/mode.ts';

/** Whether somebody is there who can be asked for what is missing. The wizard knows the cards that are here, and splits by itself. */
export function canAsk(options: {
  dryRun?: boolean;
  detach?: boolean;
  json?: boolean;
  emulate?: string;
  deviceMap?: string;
}): boolean {
  const { dryRun, detach, json, emulate, deviceMap } = options;
  const headless = dryRun || detach || json || emulate !== undefined || deviceMap !== undefined;
  return !headless && screenMode(process.env, process.stdin, process.stdout) !== 'none';
}
