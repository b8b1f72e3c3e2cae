/** One thing to choose. */
export interface Option<T> {
  value: T;
  label: string;
  /** A few words beside it. */
  hint?: string;
  /** Why it cannot be chosen. It can still be looked at. */
  disabled?: string;
}

/** Those whose label or hint has every word of `filter`, in any case. */
export function filterOptions<T>(options: readonly Option<T>[], filter: string): readonly Option<T>[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return options;
  return options.filter(({ label, hint = '' }) => {
    const text = `${label} ${hint}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Which rows of a scroll bar are its thumb, half-open, for `height` rows of `count` shown from `top` on; null where all are shown. */
export function scrollThumb(top: number, count: number, height: number): [from: number, to: number] | null {
  if (count <= height) return null;
  const size = Math.max(1, Math.min(height - 1, Math.round((height * height) / count)));
  const from = Math.round((top * (height - size)) / (count - height));
  return [from, from + size];
}

/** Which rows of a long list are shown: `height` of `count`, with `index` among them, moved no further than needed from `previous`. */
export function scrollTo(index: number, count: number, height: number, previous: number): number {
  const last = Math.max(0, count - height);
  return Math.max(0, Math.min(last, Math.max(Math.min(previous, index), index - height + 1)));
}
