import { changes as english, proposals as englishProposals } from '../words/en/changes.ts';
import type { CardName } from '../words/en/problems/hardware.ts';
import type { Plan } from './schema.ts';

type Changes = typeof english;

/** How a plan differs from another, in no language yet. */
export type PlanChange = {
  [Key in keyof Changes]: { key: Key; about: Parameters<Changes[Key]>[0] };
}[keyof Changes];

/** What is done otherwise than in the plan before, what people notice most first. */
export function planChanges(before: Plan, now: Plan): PlanChange[] {
  const turned = <Key extends keyof Changes, Value>(key: Key, of: (plan: Plan) => Value) =>
    of(now) === of(before)
      ? []
      : [{ key, about: { now: of(now), before: of(before) } } as unknown as PlanChange];
  return [
    ...turned('microBatchSize', (plan) => plan.microBatchSize),
    ...(now.packedLength && before.packedLength ? turned('packedLength', (plan) => plan.packedLength) : []),
    ...turned('checkpointing', (plan) => plan.checkpointing),
    ...cardChanges(before, now),
    ...turned('replicas', (plan) => plan.dataParallel),
    ...turned('split', layersOf),
    ...turned('schedule', (plan) => plan.schedule),
    ...turned('transport', (plan) => plan.transport),
    ...turned('graphs', (plan) => plan.graphedLength !== null),
    ...turned('precision', (plan) => plan.precision.value),
  ];
}

/** A change in the words of a language, English by default. */
export function wordChange({ key, about }: PlanChange, words: Changes = english): string {
  const say = words[key] as (about: PlanChange['about']) => string;
  return say(about);
}

/** What is proposed in place of a plan that did not fit, in sentences of a language, English by default. */
export function wordProposal(
  before: Plan,
  now: Plan,
  { changes = english, proposals = englishProposals } = {},
): string[] {
  if (!now.fits) return [proposals.none];
  const fullest = now.stages.reduce((a, b) => (shareOf(b) > shareOf(a) ? b : a));
  const { tokensPerSecond } = now.throughput;
  // What has been learned of the cards' speed since holds for both.
  const speed = { now: tokensPerSecond, before: uncalibratedSpeed(before) / calibrationOf(now) };
  return [
    proposals.found(planChanges(before, now).map((change) => wordChange(change, changes))),
    proposals.comesTo({ most: fullest.predictedBytes, of: fullest.capacityBytes, speed }),
  ];
}

const calibrationOf = ({ throughput }: Plan) => throughput.calibration?.factor ?? 1;
const uncalibratedSpeed = (plan: Plan) => plan.throughput.tokensPerSecond * calibrationOf(plan);

const shareOf = ({ predictedBytes, capacityBytes }: Plan['stages'][number]) => predictedBytes / capacityBytes;

/** As a recipe writes it: `20,20`. */
export const layersOf = ({ stages }: Plan) => stages.map(({ layers: [first, end] }) => end - first).join();

function cardChanges(before: Plan, now: Plan): PlanChange[] {
  const [added, dropped] = [cardsOnlyIn(now, before), cardsOnlyIn(before, now)];
  return added.length + dropped.length === 0 ? [] : [{ key: 'cards', about: { added, dropped } }];
}

function cardsOnlyIn({ ranks }: Plan, other: Plan): CardName[] {
  return ranks
    .flatMap(({ gpu }) => gpu ?? [])
    .filter(({ uuid, index }) => !other.ranks.some(({ gpu }) => gpu?.uuid === uuid && gpu.index === index))
    .map(({ index, name }) => ({ index, name }));
}
