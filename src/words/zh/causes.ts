import { formatBytes } from '../../units.ts';
import type { causes as english, Overflow } from '../en/causes.ts';
import { cardLabel } from './phrases.ts';
import { trainer } from './trainer.ts';

export const causes: typeof english = {
  reported: (report) => {
    const { message, fix } = trainer.reported(report);
    return /[。.!?！？]$/.test(message) ? `${message}${fix}` : `${message}。${fix}`;
  },
  'did-not-fit': ({ short }) => `第一步之前的试跑放不下：${short.map(overflow).join('；')}。`,
  'last-words': ({ line }) => `${line}（见 trainer.log）`,
  'killed-by-system': () => '系统结束了训练程序（SIGKILL）：很可能是主机内存不足，可在 `dmesg` 中查看。',
  signal: ({ signal }) => `训练程序被 ${signal} 结束。`,
  'ended-silently': () => '训练程序没有说明完成就结束了。',
  'exit-code': ({ code }) => `训练程序以退出码 ${code} 结束，没有任何说明。`,
  'questions-unanswered': () => '结果已保存，但没能回答问题（见 trainer.log）。',
  'questions-skipped': () => '结果已保存；按要求跳过了问题。',
  'no-sign-of-life': ({ host }) => `没有 ${host} 的任何消息。`,
  'without-a-word': () => '任务没有任何说明就结束了：机器重启过，或它的进程被结束了。',
};

function overflow({ card, rank, needs, has }: Overflow): string {
  const place = card ? cardLabel(card) : `CPU 进程 ${rank} `;
  return needs > has
    ? `${place}至少需要 ${formatBytes(needs)}，只有 ${formatBytes(has)}`
    : `${place}用到 ${formatBytes(needs)} 时就不够了，而规划时有 ${formatBytes(has)} 可用：其余被别的程序占用`;
}
