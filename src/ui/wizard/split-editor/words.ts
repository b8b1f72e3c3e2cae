/** Time of one micro-batch for people: `740 ms`, `7.1 s`. */
export function formatSeconds(seconds: number): string {
  return seconds < 0.9995 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}
