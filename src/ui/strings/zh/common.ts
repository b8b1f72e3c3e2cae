import type { common as english } from '../en/common.ts';

export const common: typeof english = {
  tooSmall: {
    title: '窗口太小',
    needs: (columns, rows) => `ft-wizard 需要 ${columns} x ${rows} 个字符。`,
    has: (columns, rows) => `现在是 ${columns} x ${rows}。请放大窗口，或按 q 退出。`,
  },
  help: {
    title: '按键',
    close: 'Esc 或 ? 关闭',
    more: (hidden) => `还有 ${hidden} 项：请增加窗口高度`,
  },
  select: {
    nothingMatches: (filter) => `没有与“${filter}”匹配的项。`,
    empty: '这里没有内容。',
    unavailable: '不可用',
  },
  bar: {
    describe: (percent, predicted) =>
      predicted === null ? `已用 ${percent}` : `已用 ${percent}，预计 ${predicted}`,
    over: (description) => `${description}，超出容量`,
  },
  chart: {
    describe: (from, to) => `从 ${from} 到 ${to}`,
    nothingYet: '还没有数据。',
  },
  duration: {
    seconds: (seconds) => `${seconds} 秒`,
    minutes: (minutes) => `${minutes} 分钟`,
    hours: (hours, minutes) => `${hours} 小时 ${minutes} 分`,
    days: (days, hours) => `${days} 天 ${hours} 小时`,
  },
  keys: {
    contexts: {
      global: '通用',
      list: '列表',
      text: '文本框',
      wizard: '向导',
      split: '切分编辑器',
      offer: '可行方案',
      monitor: '监视器',
    },
    names: {
      enter: '回车',
      escape: 'Esc',
      space: '空格',
      tab: 'Tab',
      backspace: '退格',
      delete: 'Del',
      pageup: 'PgUp',
      pagedown: 'PgDn',
      home: 'Home',
      end: 'End',
      ctrl: 'Ctrl',
      shift: 'Shift',
    },
    global: {
      help: { short: '帮助', long: '显示或隐藏按键说明' },
      back: { short: '返回', long: '返回上一步；关闭已打开的内容' },
      interrupt: { short: '离开', long: '离开；正在运行的任务不受影响' },
      leave: { short: '离开', long: '离开（不在输入文字时）' },
    },
    list: {
      choose: { short: '选择', long: '选择标记的一行' },
      up: { short: '上', long: '上移一行' },
      down: { short: '下', long: '下移一行' },
      pageUp: { short: '上页', long: '上翻一页' },
      pageDown: { short: '下页', long: '下翻一页' },
      first: { short: '首行', long: '到第一行' },
      last: { short: '末行', long: '到最后一行' },
      clearFilter: { short: '清除', long: '重新显示所有行' },
    },
    offer: {
      accept: { short: '接受', long: '接受可行方案并启动' },
      decline: { short: '离开', long: '先不启动；以后可用该方案继续' },
    },
    text: {
      submit: { short: '确定', long: '确定所写内容' },
      complete: { short: '补全', long: '补全所写内容' },
      left: { short: '左', long: '左移一个字符' },
      right: { short: '右', long: '右移一个字符' },
      start: { short: '行首', long: '到行首' },
      end: { short: '行尾', long: '到行尾' },
      deleteBefore: { short: '删除', long: '删除光标前的字符' },
      deleteAfter: { short: '删除', long: '删除光标处的字符' },
      deleteWord: { short: '删除词', long: '删除光标前的词' },
      clear: { short: '清除', long: '删除光标前的全部内容' },
    },
  },
};
