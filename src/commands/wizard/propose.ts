import { UserError } from '../../errors.ts';
import { catalogue } from '../../model/catalogue.ts';
import { loadModelShape } from '../../model/load.ts';
import type { ModelShape } from '../../model/shape.ts';
import { draftPlan } from '../../plan/draft.ts';
import type { PlanInput } from '../../plan/input.ts';
import { makePlan } from '../../plan/plan.ts';
import { parseRecipe, type RecipeDraft } from '../../recipe/parse.ts';
import type { Box, FoundModel, Proposal } from '../../ui/wizard/services.ts';

/** Free to fetch without an account, good at many languages, in sizes for most boxes; the largest first. */
const suggestions = ['qwen3-32b', 'qwen3-14b', 'qwen3-8b', 'qwen3-4b'];
/** Looking into each model takes some milliseconds; a cache can hold hundreds. */
const mostRead = 24;

/** A model that could be proposed. */
export interface Candidate {
  /** As the recipe names it. */
  model: string;
  shape: ModelShape;
  why: Extract<Proposal['why'], 'recent' | 'on-disk' | 'from-hub'>;
}

/**
 * One sensible run for this box: the model used last if it fits, else the largest at hand that does, else a common one that is fetched
 * first, else one at hand that just about fits, else the demo. What is proposed can be started: a hub that does not answer is not counted on.
 *
 * @param dataset what to train on
 * @param demo the demo's recipe
 */
export async function proposeRun(
  box: Box,
  found: readonly FoundModel[],
  { dataset, demo }: { dataset: string | string[]; demo: RecipeDraft },
): Promise<Proposal> {
  if (box.cards.length > 0) {
    const atHand = box.imagined === null ? await readCandidates(found) : [];
    const well = chooseCandidate(box, atHand, dataset);
    const common = well ? null : chooseCandidate(box, await commonModels(box), dataset);
    const served = common !== null && (box.imagined !== null || (await isServed(common.recipe.model!)));
    const best = well ?? (served ? common : chooseCandidate(box, atHand, dataset, 'tight'));
    if (best) return { ...best, onCpu: false };
    if (common) return demoRun('no-hub');
  }
  return demoRun('demo');

  async function demoRun(why: Proposal['why']): Promise<Proposal> {
    return { recipe: demo, shape: await loadModelShape('demo'), why, onCpu: true };
  }
}

/** Whether the hub has this model for us now. */
async function isServed(id: string): Promise<boolean> {
  // The hub's client is large, and seldom needed here.
  const { isOnHub } = await import('../../model/hub-access.ts');
  return isOnHub(id);
}

/**
 * The first candidate of the kind that is wanted most, with a recipe that fits. Pure.
 *
 * @param room how much each card must have to spare: `ample`, as a first run should not be one that just about works, or any
 */
export function chooseCandidate(
  box: Box,
  candidates: readonly Candidate[],
  dataset: string | string[],
  room: 'ample' | 'tight' = 'ample',
): Omit<Proposal, 'onCpu'> | null {
  const recent = candidates.filter(({ why }) => why === 'recent');
  const bySize = candidates
    .filter(({ why }) => why !== 'recent')
    .toSorted((a, b) => b.shape.parameters - a.shape.parameters);
  for (const { model, shape, why } of [...recent, ...bySize]) {
    const recipe = { model, dataset, ...enoughMicroBatches(box), ...knownTemplate(shape) };
    if (fits(box, shape, recipe, room)) return { recipe, shape, why };
  }
  return null;
}

/** More cards need more micro-batches to be kept busy; the recipe's own default is enough for four. */
function enoughMicroBatches({ cards }: Box): RecipeDraft {
  return cards.length > 4 ? { batchSize: 4 * cards.length } : {};
}

/** A base model has no chat template of its own, and learns any. */
function knownTemplate({ tokenizer }: ModelShape): RecipeDraft {
  return tokenizer?.chatTemplate === null ? { template: 'alpaca' } : {};
}

function fits(box: Box, model: ModelShape, draft: RecipeDraft, room: 'ample' | 'tight'): boolean {
  const input: PlanInput = {
    recipe: parseRecipe(draft, 'the proposal'),
    model,
    cards: box.cards,
    host: box.host,
    data: null,
    datasets: [],
    device: box.device,
    disk: box.disk,
    ownPython: box.ownPython,
    measuredMemory: [],
    measuredSpeeds: box.measuredSpeeds,
    hostName: 'localhost',
  };
  // What would make it fit, which a whole plan looks for, is of no interest here, and takes seconds to find.
  if (draftPlan(input, 'give-up') === null) return false;
  const plan = makePlan(input);
  return plan.fits && (room === 'tight' || plan.problems.every(({ code }) => code !== 'tight-fit'));
}

/** The models at hand that are whole. */
async function readCandidates(found: readonly FoundModel[]): Promise<Candidate[]> {
  const read = await Promise.all(
    found.slice(0, mostRead).map(async ({ source, where }): Promise<Candidate | null> => {
      const shape = await loadModelShape(source, { offline: true }).catch((error) => {
        if (error instanceof UserError) return null; // Not whole, or none that can be trained.
        throw error;
      });
      if (!shape?.path) return null;
      return { model: source, shape, why: where === 'recent' ? 'recent' : 'on-disk' };
    }),
  );
  return read.filter((candidate) => candidate !== null);
}

async function commonModels({ imagined }: Box): Promise<Candidate[]> {
  return Promise.all(
    suggestions.map(async (name) => ({
      // For imagined cards the shape is all that is needed.
      model: imagined === null ? catalogue.find((model) => model.name === name)!.hubId : name,
      shape: await loadModelShape(name),
      why: 'from-hub' as const,
    })),
  );
}
