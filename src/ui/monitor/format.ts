import { tableUnit } from '../../units.ts';

/** `14.7 GiB`; below a tenth of one, MiB. */
export function formatBytes(bytes: number): string {
  const unit = tableUnit(bytes);
  return `${(bytes / unit.bytes).toFixed(1)} ${unit.name}`;
}

/** `0.8/11.0 GiB`: both in the unit of the larger. */
export function formatBytesOf(bytes: number, capacity: number): string {
  const unit = tableUnit(capacity);
  return `${(bytes / unit.bytes).toFixed(1)}/${(capacity / unit.bytes).toFixed(1)} ${unit.name}`;
}

/** `1.25e-4`: learning rates differ by their exponent. */
export const formatRate = (value: number): string => (value === 0 ? '0' : value.toExponential(2));

/** A loss to four digits, however large. */
export const formatLoss = (value: number): string =>
  Math.abs(value) < 100 ? value.toFixed(4) : String(Number(value.toPrecision(5)));

const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short' });
const numericDay = new Intl.DateTimeFormat('en-CA');

/** `14:05`; another day says so: `Tue 14:05`, and one after a week `2026-12-01 14:05`. */
export function formatClock(time: number, now: number): string {
  const date = new Date(time);
  const clock = `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
  if (date.toDateString() === new Date(now).toDateString()) return clock;
  return `${Math.abs(time - now) < 6 * 86_400_000 ? weekday.format(date) : numericDay.format(date)} ${clock}`;
}
