import type { Card } from '../../../hardware/card.ts';
import type { ModelShape } from '../../../model/shape.ts';
import { decidePrecision } from '../../../plan/precision.ts';
import type { Plan } from '../../../plan/schema.ts';
import { parseRecipe, type RecipeDraft } from '../../../recipe/parse.ts';
import { isAnswered, type QuestionId, questions } from '../../../recipe/questions.ts';
import type { Strings } from '../../strings/catalogue.ts';

/** The last part of a path or an id: what people call a model. */
export function shortName(source: string): string {
  return source.replace(/\/+$/, '').split('/').at(-1) || source;
}

/** `13.0 B`, `650 M`. */
export function formatParameters(count: number): string {
  return count >= 1e9 ? `${(count / 1e9).toFixed(1)} B` : `${Math.max(1, Math.round(count / 1e6))} M`;
}

/** What is known of a model, in a line. */
export function describeModel(shape: ModelShape, { wizard }: Strings): string {
  return wizard.model.facts(formatParameters(shape.parameters), shape.layers.length);
}

/** What the answers say to a question; null where they leave it open. */
export function answerOf(
  id: QuestionId,
  draft: RecipeDraft,
  cards: readonly Card[],
  { wizard }: Strings,
): string | null {
  const question = questions.find((each) => each.id === id)!;
  if (question.required && !isAnswered(question, draft)) return null;
  const recipe = parseRecipe({ model: '-', ...draft }, 'the answers');
  switch (id) {
    case 'model':
      return recipe.model === 'demo' ? wizard.model.demoName : shortName(recipe.model);
    case 'dataset':
      return [recipe.dataset ?? []]
        .flat()
        .map((file) => (file === 'demo' ? wizard.dataset.demoName : shortName(file)))
        .join(', ');
    case 'method':
      return wizard.method[recipe.method];
    case 'precision': {
      const { value } = decidePrecision(recipe.precision, cards);
      return recipe.precision === 'auto' ? `auto (${value})` : value;
    }
    case 'settings': {
      const { lora, freeze, batchSize, cutoffLength, epochs, learningRate } = recipe;
      const words = wizard.review.settings;
      const what =
        recipe.method === 'lora'
          ? words.lora(lora.rank, [lora.targets].flat().join(', '))
          : words.freeze(freeze.layers);
      return `${what}; ${words.rest(batchSize, cutoffLength, epochs, formatRate(learningRate))}`;
    }
    case 'split':
      return recipe.split === 'auto' ? wizard.split.auto : recipe.split.replaceAll(',', ' + ');
  }
}

/** `2e-4`, `0.002`. */
export function formatRate(rate: number): string {
  return rate < 1e-3 ? rate.toExponential().replace('e-0', 'e-') : String(rate);
}

/** The cards without bf16, each with what it has; null where all have it. */
export function bf16Obstacle(cards: readonly Card[], { wizard }: Strings): string | null {
  const unable = cards.filter(({ kind }) => decidePrecision('bf16', [{ kind } as Card]).problem !== null);
  if (unable.length === 0) return null;
  const kinds = new Map(unable.map(({ kind }) => [kind.name, kind.computeCapability]));
  const words = wizard.precision;
  return words.needsAmpere([...kinds].map(([name, capability]) => words.has(name, capability)).join(', '));
}

/** Bytes left on the stage that has least; negative where it does not fit. */
export function leastHeadroom({ stages }: Plan): number {
  return Math.min(...stages.map(({ capacityBytes, predictedBytes }) => capacityBytes - predictedBytes));
}
