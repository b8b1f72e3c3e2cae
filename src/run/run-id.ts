import { basename } from 'node:path';

/**
 * Name of a run: local time, so that runs sort by age and the time is the user's, then the model: `20261124-2251-tigerbot-13b`.
 *
 * @param model folder, hub id or catalogue name
 */
export function makeRunId(model: string, now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `${day}-${two(now.getHours())}${two(now.getMinutes())}-${shortName(model)}`;
}

/** Lower case letters, digits and dashes, short enough to type. */
function shortName(model: string): string {
  const name = basename(model)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 24)
    .replaceAll(/^-|-$/g, '');
  return name || 'model';
}
