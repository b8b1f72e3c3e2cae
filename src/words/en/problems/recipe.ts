import type { Said } from '../../said.ts';
import { listed } from '../phrases.ts';

/** What a practitioner would take for a typo, and what cannot be. */
export const recipe = {
  'batch-size': (batch: {
    batchSize: number;
    microBatchSize: number;
    dataParallel: number;
    /** The product of the last two. */
    unit: number;
    /** The nearest that would do. */
    choices: number[];
  }): Said => ({
    message: `batchSize ${batch.batchSize} is not a multiple of microBatchSize ${batch.microBatchSize} x dataParallel ${batch.dataParallel} = ${batch.unit}.`,
    fix: `Set batchSize=${listed(batch.choices.map(String), 'or')}.`,
  }),
  'learning-rate-unusual': (rate: {
    rate: number;
    method: 'lora' | 'freeze';
    least: number;
    most: number;
    usual: number;
  }): Said => ({
    message: `learningRate ${rate.rate} is unusually ${rate.rate > rate.most ? 'high' : 'low'} for method ${rate.method}, which is trained with ${rate.least} to ${rate.most}.`,
    fix: `Set learningRate=${rate.usual}, unless you mean it.`,
  }),
  'rank-beyond-layer': ({ rank, module, width }: { rank: number; module: string; width: number }): Said => ({
    message: `lora.rank ${rank} is more than the width of ${module}, ${width}: beyond that, it takes memory and adds nothing.`,
    fix: `Set lora.rank to ${width} or less; 8 to 256 are usual.`,
  }),
  'alpha-unusual': (scaling: { alpha: number; rank: number; scale: number; usual: number }): Said => ({
    message: `lora.alpha ${scaling.alpha} with rank ${scaling.rank} scales what is learned by ${Number(scaling.scale.toPrecision(2))}: ${scaling.scale < 1 ? 'hardly anything will change' : 'training is likely to diverge'}.`,
    fix: `Set lora.alpha=${scaling.usual} (twice the rank), unless you mean it.`,
  }),
  'fp16-overflows': ({ architecture, canBf16 }: { architecture: string; canBf16: boolean }): Said => ({
    message: `In fp16 the activations of ${architecture} are known to overflow, which makes the loss NaN.`,
    fix: canBf16
      ? 'Set precision=auto: these cards compute in bf16.'
      : 'Set precision=fp32, which takes twice the memory, or use cards that can compute in bf16 (Ampere or newer).',
  }),
  'fp32-wasteful': ({ parameters, other }: { parameters: number; other: 'bf16' | 'fp16' }): Said => ({
    message: `fp32 takes twice the memory of ${other} for the ${(parameters / 1e9).toFixed(1)} billion parameters, and is slower; the frozen weights gain nothing by it.`,
    fix: 'Set precision=auto; what is trained is kept in fp32 anyway.',
  }),
};
