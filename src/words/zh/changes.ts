import { formatBytes, formatNumber } from '../../units.ts';
import type { changes as english, proposals as englishProposals } from '../en/changes.ts';
import { cardLabel, listed } from './phrases.ts';

export const changes: typeof english = {
  cards: ({ added, dropped }) =>
    [
      ...(added.length > 0 ? [`加上${listed(added.map(cardLabel))}`] : []),
      ...(dropped.length > 0 ? [`不用${listed(dropped.map(cardLabel))}`] : []),
    ].join('，'),
  split: ({ now, before }) => `各卡层数 ${now}（原为 ${before}）`,
  checkpointing: ({ now }) => (now === 'full' ? '重新计算激活值，不再保留' : '保留激活值，不再重新计算'),
  microBatchSize: ({ now, before }) => `微批次大小 ${now}（原为 ${before}）`,
  packedLength: ({ now, before }) => `打包行长 ${now} 个 token（原为 ${before}）`,
  replicas: ({ now, before }) => `${now} 个副本（原为 ${before}）`,
  schedule: ({ now, before }) => `调度 ${now}（原为 ${before}）`,
  transport: ({ now }) => (now === 'host' ? '各阶段通过主机内存交换张量' : '各阶段通过 NCCL 交换张量'),
  graphs: ({ now }) => (now ? '使用 CUDA graphs' : '不用 CUDA graphs'),
  precision: ({ now, before }) => `精度 ${now}（原为 ${before}）`,
};

export const proposals: typeof englishProposals = {
  found: (parts) => (parts.length > 0 ? `最接近的可行方案：${parts.join('；')}。` : '按原方案再试一次。'),
  comesTo: ({ most, of, speed }) =>
    `最满的卡将用到 ${formatBytes(most)}，共 ${formatBytes(of)}；` +
    `约 ${formatNumber(speed.now)} tokens/s（原为 ${formatNumber(speed.before)}）。`,
  none: '这些显卡放不下任何训练内容相同的方案。',
};
