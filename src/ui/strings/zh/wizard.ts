import type { wizard as english } from '../en/wizard.ts';

export const wizard: typeof english = {
  keys: {
    next: { short: '下一步', long: '确定并进入下一个问题' },
    more: { short: '更多设置', long: '显示不常用的设置' },
    preset: { short: '存为预设', long: '把这些答案存为预设' },
    edit: { short: '编辑切分', long: '打开切分编辑器' },
  },
};
