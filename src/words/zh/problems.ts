import { formatBytes, formatShare } from '../../units.ts';
import { shortCardName } from '../card-name.ts';
import type { problems as english, Offer, Place } from '../en/problems.ts';
import { cardLabel, listed } from './phrases.ts';

export const problems: typeof english = {
  'bf16-unsupported': ({ unable }) => ({
    message: `bf16 要求每张显卡的计算能力不低于 8.0，但${unable.map((card) => `${cardLabel(card)}为 ${card.capability}`).join('，')}。`,
    fix: '设置 precision=fp16（或 auto），或用 --gpus 选择 Ampere 或更新一代的显卡。',
  }),
  'mig-enabled': ({ cards }) => ({
    message: `${listed(cards.map(cardLabel))}启用了 MIG：各实例之间无法通信，模型无法切分到它们上面。`,
    fix: '用 `sudo nvidia-smi -i 序号 -mig 0` 关闭它，或用 --gpus 选择其他显卡。',
  }),
  'nccl-without-cards': () => ({
    message: 'transport=nccl 需要在 GPU 上运行的进程，而这里的进程在 CPU 上运行。',
    fix: '设置 transport=auto。',
  }),
  'nccl-on-shared-card': ({ on }) => ({
    message: `transport=nccl 要求每个进程各有一张显卡，而模拟的显卡共用${cardLabel(on)}。`,
    fix: '设置 transport=auto 或 host。',
  }),
  'batch-size': ({ batchSize, microBatchSize, dataParallel, unit, choices }) => ({
    message: `batchSize ${batchSize} 不是 microBatchSize ${microBatchSize} x dataParallel ${dataParallel} = ${unit} 的整数倍。`,
    fix: `设置 batchSize=${listed(choices.map(String), '或')}。`,
  }),
  'wont-fit': ({ short, offers, mostCards }) => {
    const stages = short.map(
      (stage) =>
        `${place(stage)}放第 ${stage.first} 到 ${stage.last} 层需要 ${formatBytes(stage.needs)}，` +
        `可用 ${formatBytes(stage.has)}，还差 ${formatBytes(stage.missing)}`,
    );
    const fix =
      offers.length === 0
        ? `请选择更小的模型或显存更大的显卡：任何设置都不够，${mostCards} 张显卡也不够。`
        : `${offers.length === 1 ? '这样放得下' : '以下任何一种都放得下'}：${listed(offers.map(offer), '或')}。`;
    return { message: `放不下：${stages.join('；')}。`, fix };
  },
  'tight-fit': ({ on, holds, of }) => ({
    message: `放得下，但很勉强：${place(on)}要放 ${formatBytes(holds)}，共 ${formatBytes(of)}，而其中一部分是估计值。`,
    fix: '如果显存不够，请缩短 cutoffLength、减小 microBatchSize 或增加一张显卡。',
  }),
  'memory-held': ({ held }) => {
    const each = held.map(({ bytes, by, ...card }) => {
      const holders = by.map(({ name, pid }) => `${name}（进程 ${pid}）`).join('、');
      return `${cardLabel(card)}有 ${formatBytes(bytes)} ${holders === '' ? '被占用' : `被 ${holders}占用`}`;
    });
    return {
      message: `显存正在使用：${each.join('；')}。规划只用剩余的部分。`,
      fix: '如果是您的进程，请结束它们；或用 --gpus 选择其他显卡。',
    };
  },
  'emulation-overcommitted': ({ on, ranks, needed, free }) => ({
    message: `${cardLabel(on)}上的 ${ranks} 个进程一共需要约 ${formatBytes(needed)}，可用 ${formatBytes(free)}。`,
    fix: '其中一部分是估计值，也许仍能运行；如果显存不够，请减少模拟的显卡，或模拟更小的显卡。',
  }),
  'host-ram': ({ needed, available, total, swaps }) => {
    const message = `各进程约需 ${formatBytes(needed)} 主机内存，而总共 ${formatBytes(total)} 中只有 ${formatBytes(available)} 可用。`;
    return swaps
      ? { message: `${message}加载时会使用交换空间。`, fix: '请关闭其他程序，或少用几张显卡。' }
      : { message, fix: '请少用几张显卡，或换一台内存或交换空间更大的主机。' };
  },
  'disk-space': ({ needed, free }) => ({
    message: `检查点、结果和下载约需 ${formatBytes(needed)} 磁盘空间，只剩 ${formatBytes(free)}。`,
    fix: '请腾出空间，或用 --runs-dir 把任务放到别处。',
  }),
  'batch-exceeds-dataset': ({ batchSize, rows }) => ({
    message: `batchSize ${batchSize} 超过了可训练的 ${rows} 条样本：每一步都会用上整个数据集。`,
    fix: `把 batchSize 设为 ${rows} 或更小。`,
  }),
  'rows-truncated': ({ rows, of, cutoff, longest, better }) => ({
    message: `${of} 条样本中有 ${rows} 条（${formatShare(rows / of)}）超过 cutoffLength ${cutoff}，末尾会被截断；最长的有 ${longest} 个 token。`,
    fix:
      better === null ? '请缩短这些样本。' : `如果放得下，设置 cutoffLength=${better}；否则请缩短这些样本。`,
  }),
  'cutoff-beyond-positions': ({ tokens, positions }) => ({
    message: `样本最长可达 ${tokens} 个 token，超过了模型设计的 ${positions} 个位置。`,
    fix: `设置 cutoffLength=${positions} 或更小。`,
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
