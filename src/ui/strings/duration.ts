import { formatDuration as format } from '../../units.ts';
import type { Strings } from './catalogue.ts';

/** `42 s`, `12 min`, `3 h 05 min`, `2 d 4 h`, in the language in use. */
export function formatDuration(seconds: number, { common }: Strings): string {
  return format(seconds, common.duration);
}
