import { formatBytes } from '../../../units.ts';
import type { hardware as english } from '../../en/problems/hardware.ts';
import { environments } from '../environments.ts';
import { cardLabel, listed } from '../phrases.ts';

export const hardware: typeof english = {
  'bf16-unsupported': ({ unable }) => ({
    message: `bf16 要求每张显卡的计算能力不低于 8.0，但${unable.map((card) => `${cardLabel(card)}为 ${card.capability}`).join('，')}。`,
    fix: '设置 precision=fp16（或 auto），或用 --gpus 选择 Ampere 或更新一代的显卡。',
  }),
  'mig-enabled': ({ cards }) => ({
    message: `${listed(cards.map(cardLabel))}启用了 MIG：各实例之间无法通信，模型无法切分到它们上面。`,
    fix: '用 `sudo nvidia-smi -i 序号 -mig 0` 关闭它，或用 --gpus 选择其他显卡。',
  }),
  'no-torch-build': (unserved) =>
    unserved.reason === 'kind'
      ? environments['no-torch-build/for-one'](unserved)
      : environments['no-torch-build'](unserved),
  'driver-too-old': environments['driver-too-old'],
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
  'nccl-without-cards': ({ ranks }) => ({
    message: `transport=nccl 需要在 GPU 上运行的进程，而这里的 ${ranks} 个进程都在 CPU 上运行。`,
    fix: '设置 transport=auto。',
  }),
  'nccl-on-shared-card': ({ on }) => ({
    message: `transport=nccl 要求每个进程各有一张显卡，而模拟的显卡共用${cardLabel(on)}。`,
    fix: '设置 transport=auto 或 host。',
  }),
  'emulation-overcommitted': ({ on, ranks, needed, free }) => ({
    message: `${cardLabel(on)}上的 ${ranks} 个进程一共需要约 ${formatBytes(needed)}，可用 ${formatBytes(free)}。`,
    fix: '其中一部分是估计值，也许仍能运行；如果显存不够，请减少模拟的显卡，或模拟更小的显卡。',
  }),
};
