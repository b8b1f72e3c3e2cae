import { formatBytes, formatShare } from '../../../units.ts';
import { shortCardName } from '../../card-name.ts';
import type { fit as english, Offer, Place } from '../../en/problems/fit.ts';
import { cardLabel, listed } from '../phrases.ts';

export const fit: typeof english = {
  'wont-fit': ({ short, offers, mostCards }) => {
    const stages = short.map(
      (stage) =>
        `${place(stage)}放第 ${stage.first} 到 ${stage.last} 层需要 ${formatBytes(stage.needs)}，` +
        `可用 ${formatBytes(stage.has)}，还差 ${formatBytes(stage.missing)}`,
    );
    const fix =
      offers.length === 0
        ? `请选择更小的模型或显存更大的显卡：任何设置都不够，${mostCards} 张显卡也不够。`
        : `${offers.length === 1 ? '这样放得下' : '以下任何一种都放得下'}：${offers.map(offer).join('；')}。`;
    return { message: `放不下：${stages.join('；')}。`, fix };
  },
  'tight-fit': ({ on, holds, of }) => ({
    message: `放得下，但很勉强：${place(on)}要放 ${formatBytes(holds)}，共 ${formatBytes(of)}，而其中一部分是估计值。`,
    fix: '第一步之前的试跑会给出结果；如果放不下，会提出最接近的可行方案。',
  }),
  'pipeline-bubble': ({ microBatches, stages, efficiency, batchSize, canShrinkMicroBatch }) => ({
    message: `${stages} 个阶段只有 ${microBatches} 个微批次，显卡最多有 ${formatShare(efficiency)} 的时间在计算。`,
    fix: `设置 batchSize=${batchSize} 左右${canShrinkMicroBatch ? '，或减小 microBatchSize' : ''}。`,
  }),
};

function place({ cards, rank }: Place): string {
  return cards.length > 0 ? listed(cards.map(cardLabel)) : `CPU 进程 ${rank}`;
}

function offer({ settings, cards }: Offer): string {
  const set = settings.length > 0 ? `设置 ${listed(settings)}` : null;
  const use = cards && `用 ${cards.count} 张 ${shortCardName(cards.name)}（现为 ${cards.insteadOf} 张）`;
  return [use, set].filter((part) => part !== null).join('，并');
}
