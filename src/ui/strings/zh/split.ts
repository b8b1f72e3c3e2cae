import type { split as english } from '../en/split.ts';

export const split: typeof english = {
  keys: {
    previousBoundary: { short: '边界', long: '左边的边界' },
    nextBoundary: { short: '边界', long: '右边的边界' },
    moreLayers: { short: '加一层', long: '左侧显卡多一层' },
    fewerLayers: { short: '减一层', long: '左侧显卡少一层' },
    optimum: { short: '最优', long: '放得下的最快切分' },
    undo: { short: '撤销', long: '撤销上一次改动' },
    accept: { short: '确定', long: '采用这个切分' },
  },
};
