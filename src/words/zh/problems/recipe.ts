import type { recipe as english } from '../../en/problems/recipe.ts';
import { listed } from '../phrases.ts';

export const recipe: typeof english = {
  'batch-size': ({ batchSize, microBatchSize, dataParallel, unit, choices }) => ({
    message: `batchSize ${batchSize} 不是 microBatchSize ${microBatchSize} x dataParallel ${dataParallel} = ${unit} 的整数倍。`,
    fix: `设置 batchSize=${listed(choices.map(String), '或')}。`,
  }),
  'learning-rate-unusual': ({ rate, method, least, most, usual }) => ({
    message: `learningRate ${rate} 对 ${method} 方法来说异常地${rate > most ? '高' : '低'}，通常用 ${least} 到 ${most}。`,
    fix: `请设置 learningRate=${usual}，除非您确实要这样。`,
  }),
  'rank-beyond-layer': ({ rank, module, width }) => ({
    message: `lora.rank ${rank} 超过了 ${module} 的宽度 ${width}：超出的部分只占显存，没有作用。`,
    fix: `请把 lora.rank 设为 ${width} 或更小；通常为 8 到 256。`,
  }),
  'alpha-unusual': ({ alpha, rank, scale, usual }) => ({
    message: `lora.alpha ${alpha} 与 rank ${rank} 使学到的内容缩放为 ${Number(scale.toPrecision(2))} 倍：${scale < 1 ? '几乎不会有变化' : '训练很可能发散'}。`,
    fix: `请设置 lora.alpha=${usual}（rank 的两倍），除非您确实要这样。`,
  }),
  'fp16-overflows': ({ architecture, canBf16 }) => ({
    message: `已知 ${architecture} 的激活值在 fp16 下会溢出，使 loss 变为 NaN。`,
    fix: canBf16
      ? '请设置 precision=auto：这些显卡支持 bf16。'
      : '请设置 precision=fp32（显存加倍），或使用支持 bf16 的显卡（Ampere 或更新一代）。',
  }),
  'fp32-wasteful': ({ parameters, other }) => ({
    message: `对 ${(parameters / 1e9).toFixed(1)}B 参数来说，fp32 占用的显存是 ${other} 的两倍，而且更慢；冻结的权重并不会因此受益。`,
    fix: '请设置 precision=auto；被训练的部分本来就以 fp32 保存。',
  }),
};
