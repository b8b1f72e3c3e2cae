import { existsSync } from 'node:fs';
import { readDataSummary } from '../dataset/read.ts';
import { exitCodes, UserError } from '../errors.ts';
import type { Card } from '../hardware/card.ts';
import { standIn } from '../hardware/emulate.ts';
import { detectHost } from '../hardware/host.ts';
import { queryCards } from '../hardware/nvidia-smi.ts';
import { selectCards } from '../hardware/select.ts';
import { loadModelShape } from '../model/load.ts';
import { layersOf } from '../plan/changes.ts';
import type { PlanInput } from '../plan/input.ts';
import { makePlan } from '../plan/plan.ts';
import { nearestFit } from '../plan/remedies.ts';
import type { Plan, Rank } from '../plan/schema.ts';
import { areStandIns } from '../plan/stand-in.ts';
import { parseRecipe } from '../recipe/parse.ts';
import type { Recipe } from '../recipe/schema.ts';
import { applySettings } from '../recipe/settings.ts';
import type { RunDirectory } from '../run/directory.ts';
import { inspectRun } from '../run/lifecycle.ts';
import { ownPython } from '../run/own-python.ts';
import { readMeasuredMemory } from '../run/rehearsal.ts';
import { readSpeeds } from '../run/speeds.ts';
import { findDiskRoom } from './disk-room.ts';

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
  /** What the plan was made from; null where it is the one before. */
  input: PlanInput | null;
  /** The cards of the plan as they are now; none where its ranks are the CPU's. */
  cards: Card[];
  /** Why the plan is another than before; null where it is the same. */
  change: Change | null;
}

/** Cards are gone, somebody asked for others or another split, or what there was did not fit. */
export type Change =
  | { why: 'gone'; cards: { name: string; uuid: string }[] }
  | { why: 'asked' | 'did-not-fit' };

/**
 * The plan by which a run goes on: as before while its cards are there, it fit on them and nothing else is asked for, otherwise planned anew.
 * What did not fit goes on with the nearest plan that does, by what was measured, on its own cards or on all of this box. Checkpoints belong to
 * no split, and the order of the rows to the seed alone: what is trained does not change. Where nothing fits, the plan says so (`fits`).
 *
 * @throws UserError `card-gone` (exit 3) where no card is left to go on with
 */
export async function planNextAttempt(run: RunDirectory, asked: Elsewhere): Promise<NextAttempt> {
  const before = run.readPlan(run.readStatus().attempt);
  const isAsked = asked.gpus !== undefined || asked.split !== undefined;
  const isRefused = inspectRun(run).state === 'refused';
  const planned = before.ranks.flatMap(({ gpu }) => gpu ?? []);
  const { cards: here } = planned.length > 0 || isAsked ? await queryCards() : { cards: [] };
  const there = here.filter((card) => planned.some(({ uuid }) => uuid === card.uuid));
  const isHere = ({ uuid }: { uuid: string }) => there.some((card) => card.uuid === uuid);
  const gone = before.device === 'cuda' ? planned.filter((card) => !isHere(card)) : [];
  if (gone.length === 0 && !isAsked && !isRefused) {
    return { before, plan: before, input: null, cards: there, change: null };
  }
  const isEmulated = planned.some(({ emulated }) => emulated);
  if (isEmulated && gone[0]) throw cardGone(gone[0]);
  if (isEmulated && isAsked) throw new UserError('emulated-run', null);
  if (gone[0] && here.length === 0) throw cardGone(gone[0]);
  const own = isEmulated ? standInsOf(planned, there) : gone[0] ? here : there;
  const cards = asked.gpus === undefined ? own : selectCards(here, asked.gpus);
  const inputFor = await gatherInput(run, before);
  if (isRefused && asked.split === undefined) {
    const isAll = isEmulated || planned.length === 0 || asked.gpus !== undefined;
    // A split of the user's is kept while it can be.
    const isSplit = asked.gpus === undefined && run.readRecipe().split === layersOf(before);
    const boxes = [inputFor(cards, isSplit ? layersOf(before) : 'auto')];
    if (!isAll && cards.length < here.length) boxes.push(inputFor(here));
    return { before, change: { why: 'did-not-fit' }, ...nearestPlan(before, boxes) };
  }
  const change: Change = isAsked ? { why: 'asked' } : { why: 'gone', cards: gone };
  const input = inputFor(cards, asked.split);
  return { before, change, cards, input, plan: planLike(before, input) };
}

/** Everything but the cards and the split, which are still to be chosen. */
async function gatherInput(run: RunDirectory, before: Plan) {
  const recipe = recipeOf(run, before);
  const [model, host, disk] = await Promise.all([
    loadModelShape(recipe.model, { shapeOnly: recipe.weights === 'random' }),
    detectHost(),
    findDiskRoom(run.path, recipe.output),
  ]);
  const data = existsSync(run.dataFile) ? await readDataSummary(run.dataFile) : null;
  return (cards: Card[], split = 'auto'): PlanInput => ({
    recipe: { ...recipe, split, dataParallel: replicasFor(recipe, cards) },
    model,
    cards,
    host,
    data,
    datasets: before.training.datasets,
    // Planned for cards and carried out on the CPU: so it stays.
    device: areStandIns(before) ? 'cpu' : 'auto',
    disk,
    ownPython: ownPython(run).python !== undefined,
    measuredMemory: readMeasuredMemory(run),
    measuredSpeeds: readSpeeds(),
    hostName: 'localhost',
  });
}

/** The recipe with what was changed of it, and accepted, so that the run fits. */
function recipeOf(run: RunDirectory, { accepted = [] }: Plan): Recipe {
  const recipe = run.readRecipe();
  return accepted.length === 0 ? recipe : parseRecipe(applySettings(recipe, accepted), run.recipeFile);
}

/** The figures of the run go on as they were where the cards allow it. */
function planLike(before: Plan, input: PlanInput): Plan {
  const same = makePlan(inPrecisionOf(before, input));
  return accepting(same.fits ? same : makePlan(input), before.accepted);
}

/** The nearest plan that fits on the first of the boxes where one does; else the one that does not. */
function nearestPlan(before: Plan, boxes: readonly PlanInput[]) {
  for (const box of boxes) {
    const found = nearestFit(inPrecisionOf(before, box));
    const plan = found && makePlan(found.input);
    if (plan?.fits) {
      const accepted = [...(before.accepted ?? []), ...found!.settings];
      return { input: found!.input, cards: box.cards, plan: accepting(plan, accepted) };
    }
  }
  const input = inPrecisionOf(before, boxes[0]!);
  return { input, cards: input.cards, plan: accepting(makePlan(input), before.accepted) };
}

const inPrecisionOf = ({ precision }: Plan, input: PlanInput): PlanInput => ({
  ...input,
  recipe: { ...input.recipe, precision: precision.value },
});

const accepting = (plan: Plan, accepted: string[] = []): Plan =>
  accepted.length === 0 ? plan : { ...plan, accepted };

/** Emulated cards as they were planned for, on the real ones. */
function standInsOf(planned: readonly NonNullable<Rank['gpu']>[], real: readonly Card[]): Card[] {
  return planned.flatMap(({ uuid, index, name, emulated }) => {
    const under = real.find((card) => card.uuid === uuid);
    if (!under || !emulated) return [];
    const { memoryLimitBytes, smPercent } = emulated;
    return standIn(
      { index, name, totalBytes: memoryLimitBytes, freeBytes: memoryLimitBytes },
      under,
      smPercent,
    );
  });
}

/** As many as were asked for, where there are cards for them. */
function replicasFor(recipe: Recipe, cards: readonly Card[]): number {
  const { dataParallel, batchSize, microBatchSize, packing } = recipe;
  if (cards.length === 0) return dataParallel;
  for (let replicas = Math.min(dataParallel, cards.length); replicas > 1; replicas -= 1) {
    if (packing || batchSize % (replicas * microBatchSize) === 0) return replicas;
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
