import type { DataSummary } from '../../../dataset/schema.ts';
import { UserError } from '../../../errors.ts';
import type { Card, Host } from '../../../hardware/card.ts';
import { emulateCards } from '../../../hardware/emulate.ts';
import { catalogue, findCatalogueModel } from '../../../model/catalogue.ts';
import { catalogueShape } from '../../../model/catalogue-shape.ts';
import type { PlanInput } from '../../../plan/input.ts';
import { makePlan } from '../../../plan/plan.ts';
import type { Plan } from '../../../plan/schema.ts';
import { parseRecipe } from '../../../recipe/parse.ts';
import type { Configuration } from './configurations.ts';

/** The first loads kernels and captures graphs, the second allocates what is left, the third is as all that follow. */
export const measuredSteps = 3;

/** More than any card has: what is decided then depends on no prediction. */
const ROOM = 2 ** 50;

/** What it is measured on. */
export interface Place {
  /** As many as it needs, the halves of one if it needs those. */
  cards: Card[];
  host: Host;
}

/** The cards of a box that a configuration takes; null where there are too few. */
export function cardsFor({ on }: Pick<Configuration, 'on'>, cards: readonly Card[]): Card[] | null {
  if (on === 'two-cards') return cards.length < 2 ? null : cards.slice(0, 2);
  const [card] = cards;
  if (card === undefined) return null;
  return on === 'card' ? [card] : emulateCards(`2x${Math.floor(card.freeBytes / 2 ** 31)}GiB`, [card]);
}

/**
 * What its plan is made from.
 *
 * @param data null before its rows were made
 * @throws UserError where the catalogue no longer has its model
 */
export function planInputOf(
  { name, model: known, layers, recipe }: Omit<Configuration, 'half' | 'on'>,
  { cards, host }: Place,
  data: DataSummary | null,
): PlanInput {
  const model = findCatalogueModel(known);
  if (model === undefined) {
    const examples = catalogue.map((each) => each.name);
    throw new UserError('model-not-found', { source: known, near: [], examples });
  }
  const measuring = { weights: 'random', maxSteps: measuredSteps, saveSteps: measuredSteps + 1 } as const;
  return {
    recipe: parseRecipe({ ...recipe, model: known, ...measuring }, `configuration ${name}`),
    model: catalogueShape(model, { layers }),
    cards,
    host,
    data,
    datasets: [],
    device: 'cuda',
    disk: null,
    ownPython: true,
    measuredMemory: [],
    measuredSpeeds: [],
    hostName: 'localhost',
  };
}

/** The plan on cards with room for everything: whatever is left to the planner is decided as where memory is plentiful. */
export function planWithRoom(input: PlanInput): Plan {
  return makePlan({ ...input, cards: input.cards.map((card) => ({ ...card, freeBytes: ROOM })) });
}
