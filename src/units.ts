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

/** `42 s`, `12 min`, `3 h 05 min`, `2 d 4 h`. */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Three significant digits, thousands apart: `1,240`, `56.3`, `0.0712`. */
export function formatNumber(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: value >= 1000 ? 4 : 3 });
}
