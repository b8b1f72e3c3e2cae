const MiB = 2 ** 20;
const GiB = 2 ** 30;

/** `14.7 GiB`; below a tenth of one, MiB. */
export function formatBytes(bytes: number): string {
  return bytes < GiB / 10 ? `${(bytes / MiB).toFixed(1)} MiB` : `${(bytes / GiB).toFixed(1)} GiB`;
}

/** `0.8/11.0 GiB`: both in the unit of the larger. */
export function formatBytesOf(bytes: number, capacity: number): string {
  const [unit, name] = capacity < GiB / 10 ? [MiB, 'MiB'] : [GiB, 'GiB'];
  return `${(bytes / unit).toFixed(1)}/${(capacity / unit).toFixed(1)} ${name}`;
}

// Made once: making one takes longer than all else that a figure needs.
const small = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });
const large = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });

/** `1,240`, `56.3`, `0.0712`: three significant digits, four from a thousand on. */
export function formatNumber(value: number): string {
  return (value >= 1000 ? large : small).format(value);
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
