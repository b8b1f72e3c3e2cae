import { idealMicroBatches } from '../draft.ts';
import type { PlanInput } from '../input.ts';
import { BF16_CAPABILITY } from '../precision.ts';
import { targetName } from '../targets.ts';
import { type Check, check } from './check.ts';

/**
 * Peak rates beyond which a practitioner would look for a typo. LoRA is published with 1e-5 to 1e-3 (Hu et al. 2021, table 11: 2e-4;
 * Dettmers et al. 2023: 1e-4 and 2e-4), whole layers with a tenth of it (Stanford Alpaca: 2e-5).
 */
const rates = {
  lora: { least: 1e-6, most: 5e-3, usual: 2e-4 },
  freeze: { least: 1e-7, most: 1e-4, usual: 2e-5 },
} as const;

/** alpha / rank scales what LoRA adds: published with 0.25 (QLoRA: 16 / 64) to 2, and up to 8 for small ranks. */
const scales = { least: 1 / 20, most: 16 };

/** Below so many parameters, fp32 costs nothing worth a word. */
const LARGE = 1e9;

export const recipeChecks: readonly Check[] = [
  check('batch-size', 'error', ({ input: { recipe } }) => {
    if (recipe.packing || Number.isInteger(idealMicroBatches(recipe))) return null;
    const { batchSize, microBatchSize, dataParallel } = recipe;
    const unit = microBatchSize * dataParallel;
    const below = Math.floor(batchSize / unit) * unit;
    const choices = below > 0 ? [below, below + unit] : [unit];
    return { batchSize, microBatchSize, dataParallel, unit, choices };
  }),
  check('learning-rate-unusual', 'warning', ({ input: { recipe } }) => {
    const { learningRate: rate, method } = recipe;
    const { least, most, usual } = rates[method];
    return rate >= least && rate <= most ? null : { rate, method, least, most, usual };
  }),
  check('rank-beyond-layer', 'warning', ({ input: { recipe, model }, draft: { targets } }) => {
    if (targets === null) return null;
    const widths = model.layers[0]!.linears.filter((linear) => targets.includes(targetName(linear))).map(
      (linear) => ({
        module: targetName(linear),
        width: Math.min(linear.inFeatures, linear.outFeatures),
      }),
    );
    const narrowest = widths.reduce((a, b) => (b.width < a.width ? b : a));
    return recipe.lora.rank <= narrowest.width ? null : { rank: recipe.lora.rank, ...narrowest };
  }),
  check('alpha-unusual', 'warning', ({ input: { recipe } }) => {
    const { alpha, rank } = recipe.lora;
    const scale = alpha / rank;
    const isUsual = scale >= scales.least && scale <= scales.most;
    return recipe.method !== 'lora' || isUsual ? null : { alpha, rank, scale, usual: 2 * rank };
  }),
  check('fp16-overflows', 'warning', ({ input: { model, cards }, draft: { precision } }) => {
    if (precision.value !== 'fp16' || !model.overflowsInHalf) return null;
    return { architecture: model.architecture, canBf16: canBf16(cards) };
  }),
  check('fp32-wasteful', 'warning', ({ input: { model, cards }, draft: { precision } }) => {
    if (precision.value !== 'fp32' || cards.length === 0 || model.parameters <= LARGE) return null;
    const other = canBf16(cards) ? ('bf16' as const) : ('fp16' as const);
    return other === 'fp16' && model.overflowsInHalf ? null : { parameters: model.parameters, other };
  }),
];

function canBf16(cards: PlanInput['cards']): boolean {
  return cards.every((card) => Number(card.kind.computeCapability) >= BF16_CAPABILITY);
}
