import { formatBytes } from '../../../units.ts';
import type { host as english } from '../../en/problems/host.ts';
import { listed } from '../phrases.ts';

const diskUses = {
  runs: { what: '检查点', elsewhere: '用 --runs-dir 把任务放到别处' },
  output: { what: '结果', elsewhere: '用 --set output=目录 把结果放到别处' },
  download: { what: '下载', elsewhere: '用 HF_HOME 把下载放到别处' },
};

export const host: typeof english = {
  'host-ram': ({ needed, available, total, swap, rest }) => {
    const message = `各进程约需 ${formatBytes(needed)} 主机内存，而总共 ${formatBytes(total)} 中只有 ${formatBytes(available)} 可用，交换空间 ${formatBytes(swap)}。`;
    if (rest === 'swap') {
      return { message: `${message}加载时会使用交换空间。`, fix: '请关闭其他程序，或少用几张显卡。' };
    }
    return rest === 'others'
      ? {
          message: `${message}不足的部分被其他程序占用。`,
          fix: '请关闭它们、少用几张显卡，或增加交换空间：否则系统可能会结束训练进程。',
        }
      : { message, fix: '请少用几张显卡，或换一台内存或交换空间更大的主机。' };
  },
  'disk-space': ({ short }) => {
    const each = short.map(({ uses, needed, free, folders }) => {
      const what = uses.map(({ use, bytes }) => `${diskUses[use].what} ${formatBytes(bytes)}`);
      return `${listed(folders)} 需要约 ${formatBytes(needed)}（${what.join('，')}），那里只剩 ${formatBytes(free)}`;
    });
    const elsewhere = short.flatMap(({ uses }) => uses.map(({ use }) => diskUses[use].elsewhere));
    return {
      message: `磁盘空间不够：${each.join('；')}。`,
      fix: `请腾出空间，或${listed([...new Set(elsewhere)], '或')}。`,
    };
  },
};
