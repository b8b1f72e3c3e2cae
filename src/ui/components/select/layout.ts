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

/** Which rows of a long list are shown: `height` of `count`, with `index` among them, moved no further than needed from `previous`. */
export function scrollTo(index: number, count: number, height: number, previous: number): number {
  const last = Math.max(0, count - height);
  return Math.max(0, Math.min(last, Math.max(Math.min(previous, index), index - height + 1)));
}
