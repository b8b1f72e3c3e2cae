import type { Strings } from './catalogue.ts';

/** `42 s`, `12 min`, `3 h 05 min`, `2 d 4 h`, in the language in use. */
export function formatDuration(seconds: number, { common: { duration } }: Strings): string {
  if (seconds < 9.95) return duration.seconds(seconds.toFixed(1));
  if (seconds < 90) return duration.seconds(String(Math.round(seconds)));
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return duration.minutes(minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return duration.hours(hours, String(minutes % 60).padStart(2, '0'));
  return duration.days(Math.floor(hours / 24), hours % 24);
}
