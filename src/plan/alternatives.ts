import { splitOf } from './arrange.ts';
import { canPlan, draftPlan, headroomOf, idealMicroBatches } from './draft.ts';
import type { PlanInput } from './input.ts';
import { throughput } from './throughput.ts';
import type { Alternative, Turn } from './what-if.ts';

/** What an alternative is free to change. */
type Way = Partial<Pick<PlanInput['recipe'], 'dataParallel' | 'split' | 'checkpointing'>>;

/** Halvings in the search for headroom: to 0.4 % of the cards. */
const HALVINGS = 8;

/**
 * The ways that are best at something: at speed, with as many replicas as that takes; at leaving room on every card; at leaving cards
 * free; and each other number of replicas. Every one is planned with its settings, so that its figures are those of the plan that they give.
 * Of ways that come to the same the first is kept; where nothing fits there are none, nor for CPU ranks, which share one host anyway.
 *
 * @param turn awaited now and then, for others to have their turn; what it throws ends the search
 * @throws UserError as `draftPlan` does
 */
export async function findAlternatives(
  input: PlanInput,
  turn: Turn = async () => {},
): Promise<Alternative[]> {
  if (input.cards.length === 0) return [];
  const replicated: Alternative[] = [];
  for (const dataParallel of replicaCounts(input)) {
    await turn();
    const one = planned(input, 'replicas', { split: 'auto', dataParallel });
    if (one !== null) replicated.push(one);
  }
  const fastest = replicated.toSorted((a, b) => a.stepSeconds - b.stepSeconds)[0];
  const [roomy, few] = [await roomiest(input, turn), await fewestCards(input, turn)];
  const found = [
    fastest && { ...fastest, name: 'fastest' as const },
    roomy && planned(input, 'most-headroom', roomy),
    few && planned(input, 'fewest-cards', few),
    ...replicated,
  ].filter((one) => one != null);
  const isSame = (a: Alternative, b: Alternative) =>
    a.checkpointing === b.checkpointing && JSON.stringify(a.stages) === JSON.stringify(b.stages);
  return found.filter((one, index) => found.findIndex((other) => isSame(one, other)) === index);
}

/** How many replicas the cards and the batch can be divided into. */
function replicaCounts({ recipe, cards }: PlanInput): number[] {
  return cards
    .map((_, index) => index + 1)
    .filter(
      (count) => recipe.packing || Number.isInteger(idealMicroBatches({ ...recipe, dataParallel: count })),
    );
}

/** The split whose fullest card is the least full: what still fits when all cards are made smaller alike. */
async function roomiest(input: PlanInput, turn: Turn): Promise<Way | null> {
  const { checkpointing: asked } = input.recipe;
  const lean = { split: 'auto', checkpointing: asked === 'auto' ? 'full' : asked } as const;
  const within = (scale: number): PlanInput => ({
    ...input,
    recipe: { ...input.recipe, ...lean },
    cards: input.cards.map((card) => ({ ...card, freeBytes: scale * card.freeBytes })),
  });
  if (!canPlan(within(1))) return null;
  let enough = 1;
  let tooSmall = 0;
  for (let step = 0; step < HALVINGS; step++) {
    await turn();
    const scale = (enough + tooSmall) / 2;
    if (canPlan(within(scale))) enough = scale;
    else tooSmall = scale;
  }
  await turn();
  const split = splitOf(draftPlan(within(enough), 'give-up')!.stages);
  return { split, checkpointing: lean.checkpointing };
}

/** A split over as few cards as hold the model; null where that is all of them. */
async function fewestCards(input: PlanInput, turn: Turn): Promise<Way | null> {
  const { dataParallel } = input.recipe;
  const largest = input.cards.toSorted((a, b) => b.freeBytes - a.freeBytes);
  for (let count = dataParallel; count < largest.length; count += dataParallel) {
    await turn();
    const few = { ...input, recipe: { ...input.recipe, split: 'auto' }, cards: largest.slice(0, count) };
    if (canPlan(few)) return { split: splitOf(draftPlan(few, 'give-up')!.stages) };
  }
  return null;
}

function planned(input: PlanInput, name: Alternative['name'], way: Way): Alternative | null {
  const draft = draftPlan({ ...input, recipe: { ...input.recipe, ...way } }, 'give-up');
  if (draft === null) return null;
  const { stages, workload } = draft;
  const { stepSeconds, tokensPerSecond } = throughput(stages, workload);
  const changes = Object.entries(way).filter(([key, value]) => input.recipe[key as keyof Way] !== value);
  return {
    name,
    dataParallel: workload.dataParallel,
    checkpointing: workload.checkpointing,
    stages: stages.map(({ slot, from, to }) => {
      const card = slot.cards[0]!;
      return { gpu: card.index, name: card.kind.name, layers: [from, to] };
    }),
    stepSeconds,
    tokensPerSecond,
    headroomBytes: headroomOf(stages),
    settings: changes.map(([key, value]) => `${key}=${value}`),
  };
}
