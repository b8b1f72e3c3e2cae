import type { Card } from '../../hardware/card.ts';
import { findTorchBuild, type Unserved } from '../../hardware/torch-build.ts';
import type { Draft } from '../draft.ts';
import { nameOf } from '../problem.ts';
import { type Check, check } from './check.ts';

/** Cards, and all that can be said of them without a model. */
export interface CheckedCards {
  cards: readonly Card[];
  device: Draft['device'];
  /** The user brings a Python, with a torch that was built for the cards or was not. */
  ownPython: boolean;
}

/** Memory missing from an idle card beyond this is held by somebody: drivers reserve less than 1 GiB. */
const RESERVED_BYTES = 1.5 * 2 ** 30;

export const cardChecks: readonly Check<CheckedCards>[] = [
  check('mig-enabled', 'error', ({ cards }) => {
    const split = cards.filter((card) => card.migEnabled);
    return split.length === 0 ? null : { cards: split.map(nameOf) };
  }),
  check('no-torch-build', 'error', (checked) => {
    const unserved = unservedBy(checked);
    return unserved === null || unserved.reason === 'driver' ? null : unserved;
  }),
  check('driver-too-old', 'error', (checked) => {
    const unserved = unservedBy(checked);
    return unserved?.reason === 'driver' ? unserved : null;
  }),
  check('memory-held', 'warning', ({ cards }) => {
    const held = cards
      .filter((card) => !card.imagined && card.totalBytes - card.freeBytes > RESERVED_BYTES)
      .map((card) => ({
        ...nameOf(card),
        bytes: card.totalBytes - card.freeBytes,
        by: card.processes.map(({ name, pid }) => ({ name, pid })),
      }));
    return held.length === 0 ? null : { held };
  }),
];

/** Why no official torch can train on these cards; null where one can, or where it does not matter. */
function unservedBy({ cards, device, ownPython }: CheckedCards): Unserved | null {
  if (device === 'cpu' || ownPython) return null;
  const found = findTorchBuild(cards);
  return 'reason' in found ? found : null;
}

export const hardwareChecks: readonly Check[] = [
  ({ draft }) => draft.precision.problem,
  check('nccl-without-cards', 'error', ({ input: { recipe }, draft: { device, stages, workload } }) =>
    recipe.transport === 'nccl' && device === 'cpu' ? { ranks: stages.length * workload.dataParallel } : null,
  ),
  check('nccl-on-shared-card', 'error', ({ input: { recipe, cards }, draft }) => {
    const on = cards.find((card) => card.emulation)?.emulation?.on;
    return on === undefined || recipe.transport !== 'nccl' || draft.device === 'cpu' ? null : { on };
  }),
  // Each rank keeps to its limit, but what they hold together may be more than the real card has.
  check('emulation-overcommitted', 'warning', ({ draft: { device, stages } }) => {
    if (device === 'cpu') return null;
    const ranks = stages.flatMap(({ slot, predictedBytes }) =>
      slot.cards.flatMap(({ uuid, emulation }) =>
        emulation ? [{ uuid, on: emulation.on, predictedBytes }] : [],
      ),
    );
    for (const sharing of Map.groupBy(ranks, ({ uuid }) => uuid).values()) {
      const { on } = sharing[0]!;
      const needed = sharing.reduce((sum, { predictedBytes }) => sum + predictedBytes, 0);
      if (needed > on.freeBytes) return { on, ranks: sharing.length, needed, free: on.freeBytes };
    }
    return null;
  }),
];
