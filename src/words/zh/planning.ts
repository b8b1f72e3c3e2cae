import type { planning as english } from '../en/planning.ts';

export const planning: typeof english = {
  'freeze-layers': ({ wanted, layers, model }) => ({
    message: `freeze.layers 是 ${wanted}，但 ${model} 只有 ${layers} 层。`,
    fix: `最多训练 ${layers} 层。`,
  }),
  'split-sum': ({ split, sum, layers, model }) => ({
    message:
      sum === layers
        ? `split ${split} 中有一个阶段没有层。`
        : `split ${split} 加起来是 ${sum} 层，但 ${model} 有 ${layers} 层。`,
    fix: `请写出各阶段的层数，总和为 ${layers}；或 split=auto。`,
  }),
  'split-stages': ({ split, stages, places, replicas }) => ({
    message: `split ${split} 有 ${stages} 个阶段，但${replicas > 1 ? `${replicas} 个副本各` : ''}只有 ${places} 张显卡。`,
    fix: '请减少阶段，或使用 split=auto。',
  }),
  'too-many-replicas': ({ dataParallel, cards }) => ({
    message: `dataParallel=${dataParallel} 至少需要 ${dataParallel} 张显卡，但只选了 ${cards} 张。`,
    fix: `把 dataParallel 设为不超过 ${cards}。`,
  }),
  'unknown-target': ({ unknown, architecture, known }) => ({
    message: `lora.targets：${architecture} 没有线性层 ${unknown.map((name) => `"${name}"`).join('、')}。`,
    fix: `请从 ${known.join('、')} 中选择，或写 "qv" 或 "all-linear"。`,
  }),
  'no-weights': ({ model }) => ({
    message: `${model} 只是供规划的结构，没有对应的权重。`,
    fix: '请用 --model 给出模型的文件夹，或它在 Hugging Face 上的编号；若只测速度和显存，请用 --set weights=random。',
  }),
};
