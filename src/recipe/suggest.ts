import { editDistance } from '../suggest.ts';

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
