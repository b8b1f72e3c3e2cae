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

/** `1,240`, `56.3`, `0.0712`: three significant digits, thousands apart. */
export function formatNumber(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: value >= 1000 ? 4 : 3 });
}

/** `1.25e-4`: learning rates differ by their exponent. */
export const formatRate = (value: number): string => (value === 0 ? '0' : value.toExponential(2));

/** A loss to four digits, however large. */
export const formatLoss = (value: number): string =>
  Math.abs(value) < 100 ? value.toFixed(4) : String(Number(value.toPrecision(5)));

/** `14:05`; another day says so: `Tue 14:05`. */
export function formatClock(time: number, now: number, language: Intl.LocalesArgument = 'en-GB'): string {
  const date = new Date(time);
  const sameDay = date.toDateString() === new Date(now).toDateString();
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return date.toLocaleString(language, sameDay ? clock : { weekday: 'short', ...clock });
}
