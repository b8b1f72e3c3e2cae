import type { monitor as english } from '../en/monitor.ts';

export const monitor: typeof english = {
  keys: {
    detach: { short: '脱离', long: '离开；训练继续' },
    stop: { short: '停止', long: '保存检查点后停止' },
    checkpoint: { short: '检查点', long: '现在保存检查点' },
    nextPane: { short: '下一窗格', long: '显示下一个窗格' },
    search: { short: '搜索', long: '搜索日志' },
    nextMatch: { short: '下一处', long: '日志中的下一处匹配' },
    previousMatch: { short: '上一处', long: '日志中的上一处匹配' },
    follow: { short: '跟随', long: '重新跟随日志' },
  },
};
