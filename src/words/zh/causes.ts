import type { causes as english } from '../en/causes.ts';
import { trainer } from './trainer.ts';

export const causes: typeof english = {
  reported: (report) => {
    const { message, fix } = trainer.reported(report);
    return /[。.!?！？]$/.test(message) ? `${message}${fix}` : `${message}。${fix}`;
  },
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
