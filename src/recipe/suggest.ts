/** Restricted Damerau-Levenshtein distance: insertions, deletions, substitutions and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(previous[j]! + 1, row[j - 1]! + 1, substitution);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j]!, beforePrevious[j - 2]! + 1);
    }
    beforePrevious = previous;
    previous = row;
  }
  return previous[b.length]!;
}

/** `learning_rate`, `Learning-Rate` and `learningRate` are the same word to the one who typed it. */
const normalized = (word: string) => word.toLowerCase().replace(/[_-]/g, '');
const lastPart = (path: string) => path.slice(path.lastIndexOf('.') + 1);

/**
 * The candidate that was probably meant, or undefined when none is near. A candidate is also near when only the group before its
 * last dot is missing or wrong: `rank` means `lora.rank`.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const whole = editDistance(normalized(word), normalized(candidate));
    const last = editDistance(normalized(lastPart(word)), normalized(lastPart(candidate))) + 0.5;
    const tolerance = Math.max(1, Math.floor(lastPart(candidate).length / 3));
    const distance = Math.min(whole, last);
    if (distance < tolerance + 1 && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) {
      best = { candidate, distance };
    }
  }
  return best?.candidate;
}
