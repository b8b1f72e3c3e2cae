import type { MeasuredMemory } from '../plan/measured.ts';
import { outsideBytes } from '../plan/memory.ts';
import type { Plan } from '../plan/schema.ts';
import { areStandIns } from '../plan/stand-in.ts';
import type { Overflow } from '../words/en/causes.ts';
import type { Cause } from './cause.ts';
import type { RunDirectory } from './directory.ts';
import type { TrainerEvent } from './events.ts';
import { eventsOfType } from './events-file.ts';

export type Rehearsal = Extract<TrainerEvent, { type: 'rehearsal' }>;

/** What the ranks of all attempts so far have told of their rehearsals, oldest first. */
export const readRehearsals = ({ eventsFile }: RunDirectory): Rehearsal[] =>
  eventsOfType(eventsFile, 'rehearsal');

/** What was measured in a run, beside what its plans had predicted. What a CPU holds in place of a card tells nothing of the card. */
export function readMeasuredMemory(run: RunDirectory): MeasuredMemory[] {
  const plans = new Map<number, Plan>();
  return readRehearsals(run).flatMap((event) => {
    const plan = plans.get(event.attempt) ?? run.readPlan(event.attempt);
    plans.set(event.attempt, plan);
    return areStandIns(plan) ? [] : measuredMemory(event, plan);
  });
}

/** @param plan of the event's attempt */
export function measuredMemory(event: Rehearsal, { stages, ranks }: Plan): MeasuredMemory {
  const { breakdown, capacityBytes } = stages[event.stage]!;
  const { gpu } = ranks[event.rank]!;
  // A CPU rank tells all that it holds.
  const outside = gpu ? (event.outside_bytes ?? outsideBytes(breakdown)) : 0;
  return {
    card: gpu && { uuid: gpu.uuid, index: gpu.index },
    predicted: breakdown,
    capacityBytes,
    heldBytes: event.reserved_bytes + outside,
    outsideBytes: event.outside_bytes,
    fits: event.fits,
  };
}

/**
 * Why an attempt ended before its first step: which ranks ran out of memory. Null where none did.
 *
 * @param events of this attempt
 */
export function findOverflow(events: readonly TrainerEvent[], plan: Plan): Cause | null {
  const short = events
    .filter((event) => event.type === 'rehearsal')
    .filter(({ fits }) => !fits)
    .map((event) => overflowOf(event, plan));
  return short.length === 0 ? null : { key: 'did-not-fit', about: { short } };
}

/** What a rank that did not fit needs, and what there is. */
export function overflowOf(event: Rehearsal, plan: Plan): Overflow {
  const { gpu, rank } = plan.ranks[event.rank]!;
  const { heldBytes, capacityBytes } = measuredMemory(event, plan);
  return { card: gpu && { index: gpu.index, name: gpu.name }, rank, needs: heldBytes, has: capacityBytes };
}
