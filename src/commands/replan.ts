import { existsSync } from 'node:fs';
import { readDataSummary } from '../dataset/read.ts';
import { exitCodes, UserError } from '../errors.ts';
import type { Card } from '../hardware/card.ts';
import { detectHost } from '../hardware/host.ts';
import { queryCards } from '../hardware/nvidia-smi.ts';
import { selectCards } from '../hardware/select.ts';
import { loadModelShape } from '../model/load.ts';
import type { PlanInput } from '../plan/input.ts';
import { makePlan } from '../plan/plan.ts';
import type { Plan } from '../plan/schema.ts';
import type { Recipe } from '../recipe/schema.ts';
import type { RunDirectory } from '../run/directory.ts';
import { findDiskRoom } from './disk-room.ts';
import { ownPython } from './launching.ts';

/** Where a run is to go on, if not where it was. */
export interface Elsewhere {
  /** Cards of this box, by index or UUID. */
  gpus?: string;
  /** Layers a stage: `20,20`. */
  split?: string;
}

/** What a run goes on with. */
export interface NextAttempt {
  /** The plan of the attempt before. */
  before: Plan;
  plan: Plan;
  /** The cards of the plan as they are now; none where its ranks are the CPU's. */
  cards: Card[];
  /** Why the plan is another than before; null where it is the same. */
  change: string | null;
}

/**
 * The plan by which a run goes on: as before while its cards are there and nothing else is asked for, otherwise planned anew. Checkpoints
 * belong to no split, and the order of the rows to the seed alone: what is trained does not change.
 *
 * @throws UserError `card-gone` (exit 3) where no card is left to go on with
 */
export async function planNextAttempt(run: RunDirectory, asked: Elsewhere): Promise<NextAttempt> {
  const before = run.readPlan(run.readStatus().attempt);
  const isAsked = asked.gpus !== undefined || asked.split !== undefined;
  const planned = before.ranks.flatMap(({ gpu }) => gpu ?? []);
  const { cards: here } = planned.length > 0 || isAsked ? await queryCards() : { cards: [] };
  const there = here.filter((card) => planned.some(({ uuid }) => uuid === card.uuid));
  const isHere = ({ uuid }: { uuid: string }) => there.some((card) => card.uuid === uuid);
  const gone = before.device === 'cuda' ? planned.filter((card) => !isHere(card)) : [];
  if (gone.length === 0 && !isAsked) return { before, plan: before, cards: there, change: null };
  if (planned.some(({ emulated }) => emulated))
    throw gone[0] ? cardGone(gone[0]) : new UserError('emulated-run', null);
  if (asked.gpus !== undefined) {
    const cards = selectCards(here, asked.gpus);
    return { before, plan: await planFor(run, before, cards, asked.split), cards, change: asAsked };
  }
  if (gone[0] && here.length === 0) throw cardGone(gone[0]);
  const cards = gone[0] ? here : there;
  const names = gone.map(({ name, uuid }) => `${name} (${uuid})`).join(', ');
  const change = gone[0]
    ? `Not in this box any more: ${names}. The run is planned anew for what is.`
    : asAsked;
  return { before, plan: await planFor(run, before, cards, asked.split), cards, change };
}

const asAsked = 'The run is planned anew, as you asked.';

async function planFor(run: RunDirectory, before: Plan, cards: Card[], split = 'auto'): Promise<Plan> {
  const recipe = run.readRecipe();
  const [model, host, disk] = await Promise.all([
    loadModelShape(recipe.model, { shapeOnly: recipe.weights === 'random' }),
    detectHost(),
    findDiskRoom(run.path, recipe.output),
  ]);
  const input: PlanInput = {
    recipe: { ...recipe, split, dataParallel: replicasFor(recipe, cards) },
    model,
    cards,
    host,
    data: existsSync(run.dataFile) ? await readDataSummary(run.dataFile) : null,
    datasets: before.training.datasets,
    // Planned for cards and carried out on the CPU: so it stays.
    device: before.device === 'cpu' && before.ranks.some(({ gpu }) => gpu) ? 'cpu' : 'auto',
    disk,
    ownPython: ownPython(run).python !== undefined,
    hostName: 'localhost',
  };
  // The figures of the run go on as they were where the cards allow it.
  const same = makePlan({ ...input, recipe: { ...input.recipe, precision: before.precision.value } });
  return same.fits ? same : makePlan(input);
}

/** As many as were asked for, where there are cards for them. */
function replicasFor({ dataParallel, batchSize, microBatchSize }: Recipe, cards: readonly Card[]): number {
  if (cards.length === 0) return dataParallel;
  for (let replicas = Math.min(dataParallel, cards.length); replicas > 1; replicas -= 1) {
    if (batchSize % (replicas * microBatchSize) === 0) return replicas;
  }
  return 1;
}

const cardGone = ({ name, uuid }: { name: string; uuid: string }) =>
  new UserError('card-gone/of-a-run', { name, uuid }, exitCodes.refused);

/** Where a plan puts the layers, in a line: `layers 0-3 on 0 Tesla P40, layers 4-7 on 1 Tesla P40, fp16`. */
export function describePlacement({ stages, precision, dataParallel }: Plan): string {
  const places = stages.map(({ gpu, name, layers: [first, end] }) => {
    const place = name === 'CPU' ? `CPU rank ${gpu}` : `${gpu} ${name}`;
    return `layers ${first}-${end - 1} on ${place}`;
  });
  const replicas = dataParallel > 1 ? `, ${dataParallel} replicas` : '';
  return `${places.join(', ')}${replicas}, ${precision.value}`;
}
