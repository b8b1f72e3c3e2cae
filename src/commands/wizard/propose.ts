import { UserError } from '../../errors.ts';
import { catalogue } from '../../model/catalogue.ts';
import { loadModelShape } from '../../model/load.ts';
import type { ModelShape } from '../../model/shape.ts';
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
  why: Exclude<Proposal['why'], 'demo'>;
}

/**
 * One sensible run for this box: the model used last if it fits, else the largest at hand that does, else a common one that is fetched
 * first, else the demo.
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
    const best = chooseCandidate(box, atHand, dataset) ?? chooseCandidate(box, await common(box), dataset);
    if (best) return { ...best, onCpu: false };
  }
  return { recipe: demo, shape: await loadModelShape('demo'), why: 'demo', onCpu: true };
}

/** The first candidate of the kind that is wanted most, with a recipe that fits. Pure. */
export function chooseCandidate(
  box: Box,
  candidates: readonly Candidate[],
  dataset: string | string[],
): Omit<Proposal, 'onCpu'> | null {
  const recent = candidates.filter(({ why }) => why === 'recent');
  const bySize = candidates
    .filter(({ why }) => why !== 'recent')
    .toSorted((a, b) => b.shape.parameters - a.shape.parameters);
  for (const { model, shape, why } of [...recent, ...bySize]) {
    const recipe = { model, dataset, ...enoughMicroBatches(box) };
    if (fits(box, shape, recipe)) return { recipe, shape, why };
  }
  return null;
}

/** More cards need more micro-batches to be kept busy; the recipe's own default is enough for four. */
function enoughMicroBatches({ cards }: Box): RecipeDraft {
  return cards.length > 4 ? { batchSize: 4 * cards.length } : {};
}

/** Fits without a remark: a first run should not be one that just about works. */
function fits(box: Box, model: ModelShape, draft: RecipeDraft): boolean {
  const plan = makePlan({
    recipe: parseRecipe(draft, 'the proposal'),
    model,
    cards: box.cards,
    host: box.host,
    data: null,
    datasets: [],
    device: box.device,
    freeDiskBytes: box.freeDiskBytes,
    hostName: 'localhost',
  });
  return plan.fits && plan.problems.every(({ code }) => code !== 'tight-fit');
}

/** The models at hand that are whole. */
async function readCandidates(found: readonly FoundModel[]): Promise<Candidate[]> {
  const read = await Promise.all(
    found.slice(0, mostRead).map(async ({ source, where }): Promise<Candidate | null> => {
      const shape = await loadModelShape(source).catch((error) => {
        if (error instanceof UserError) return null; // Not whole, or none that can be trained.
        throw error;
      });
      if (!shape?.path) return null;
      return { model: source, shape, why: where === 'recent' ? 'recent' : 'on-disk' };
    }),
  );
  return read.filter((candidate) => candidate !== null);
}

async function common({ imagined }: Box): Promise<Candidate[]> {
  return Promise.all(
    suggestions.map(async (name) => ({
      // For imagined cards the shape is all that is needed.
      model: imagined === null ? catalogue.find((model) => model.name === name)!.hubId : name,
      shape: await loadModelShape(name),
      why: 'from-hub' as const,
    })),
  );
}
