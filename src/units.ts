const MiB = 2 ** 20;
const GiB = 2 ** 30;

/** The unit that says something with one decimal about values up to `largest` bytes: GiB down to a tenth of one, then MiB. */
export function tableUnit(largest: number): { name: string; bytes: number } {
  return largest < GiB / 10 ? { name: 'MiB', bytes: MiB } : { name: 'GiB', bytes: GiB };
}

/** `14.7 GiB`, `51.2 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes === 0) return '0';
  const unit = tableUnit(Math.abs(bytes));
  return `${(bytes / unit.bytes).toFixed(1)} ${unit.name}`;
}

/** A share of 0 to 1: `84 %`. */
export function formatShare(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** How a language writes durations. */
export interface DurationWords {
  seconds(count: string): string;
  minutes(count: number): string;
  /** @param minutes two digits */
  hours(count: number, minutes: string): string;
  days(count: number, hours: number): string;
}

const english: DurationWords = {
  seconds: (count) => `${count} s`,
  minutes: (count) => `${count} min`,
  hours: (count, minutes) => `${count} h ${minutes} min`,
  days: (count, hours) => `${count} d ${hours} h`,
};

/** `42 s`, `12 min`, `3 h 05 min`, `2 d 4 h`. */
export function formatDuration(seconds: number, words: DurationWords = english): string {
  if (seconds < 9.95) return words.seconds(seconds.toFixed(1));
  if (seconds < 90) return words.seconds(String(Math.round(seconds)));
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return words.minutes(minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return words.hours(hours, String(minutes % 60).padStart(2, '0'));
  return words.days(Math.floor(hours / 24), hours % 24);
}

// Made once: making one takes longer than all else that a figure needs.
const small = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });
const large = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });

/** `1,240`, `56.3`, `0.0712`: three significant digits, four from a thousand on. */
export function formatNumber(value: number): string {
  return (value >= 1000 ? large : small).format(value);
}
