import type { CardOfBox, cards as english, noCards as englishNoCards, ImpossibleSpec } from '../en/cards.ts';
import { cardLabel } from './phrases.ts';

export const noCards: typeof englishNoCards = (why) => {
  if (why === 'not-installed') return '没有找到 nvidia-smi：本机没有安装 NVIDIA 驱动，或它不在 PATH 中。';
  if (why === 'none-usable') return 'nvidia-smi 可以运行，但没有列出可用的 GPU。';
  if ('silentFor' in why)
    return `nvidia-smi 在 ${why.silentFor} 秒内没有应答：驱动可能挂起（请在 dmesg 中查找 Xid）。`;
  if ('cannotRun' in why) return `无法运行 nvidia-smi：${why.cannotRun}`;
  return `nvidia-smi 失败，退出码 ${why.exitCode}${why.said === null ? '。' : `：${why.said}`}`;
};

export const cards: typeof english = {
  'unknown-card': ({ name, spec, known }) => ({
    message: `显卡目录中没有“${spec}”里的“${name}”。`,
    fix: `请改写显存大小（例如 2x24GiB），或以下之一：${known.join('、')}。`,
  }),
  'bad-card-spec': ({ spec, asks, most }) => ({
    message: `“${spec}”要求${impossible(asks)}。`,
    fix: `请写成“数量x型号”，最多 ${most} 张，例如 2xP40,1x3090 或 6x24GiB。`,
  }),
  'no-card-selected': ({ selector }) => ({
    message: `“${selector}”没有指明任何显卡。`,
    fix: '请按 nvidia-smi -L 的列表写出序号或 UUID，例如 --gpus 0,2。',
  }),
  'card-twice': ({ selector, card }) => ({
    message: `--gpus ${selector} 中${cardLabel(card)}出现了两次。`,
    fix: '每张显卡只写一次。',
  }),
  'card-ambiguous': ({ wanted, matches, there }) => ({
    message: `本机有 ${matches} 张显卡与“${wanted}”相符。`,
    fix: `请把 UUID 写长一些：${inventory(there)}。`,
  }),
  'card-gone': ({ wanted, there }) => ({
    message: `本机没有显卡“${wanted}”。`,
    fix:
      there.length === 0
        ? '没有找到任何可用的显卡：请运行 ft-wizard doctor。'
        : `请从本机的显卡中选择：${inventory(there)}。`,
  }),
  'card-gone/of-a-run': ({ name, uuid }) => ({
    message: `任务使用的 ${name}（${uuid}）已不在本机。`,
    fix: '请把它装回去，或用 `ft-wizard doctor` 查看为什么找不到它。',
  }),
  'emulated-run': () => ({
    message: '在模拟显卡上的任务只能按原来的规划继续。',
    fix: '请去掉 --gpus 和 --split。',
  }),
  'no-cards': () => ({
    message: '设备是 cuda，但没有可供规划的显卡。',
    fix: '用 --gpus 选择显卡，或使用 --device cpu。',
  }),
  'no-cards/found': ({ reason }) => ({
    message: `--device cuda 需要显卡。${noCards(reason)}`,
    fix: '请看 `ft-wizard doctor`，或去掉 --device，在 CPU 上训练。',
  }),
  'no-cards/to-emulate': ({ spec, reason }) => ({
    message: `--emulate ${spec} 让多个进程共用一张显卡，但这里没有显卡。${noCards(reason)}`,
    fix: '要为这样的显卡做规划，请用 plan --gpus；要在 CPU 上运行各进程，请加 --device cpu。',
  }),
  'no-cards/to-measure': ({ reason }) => ({
    message: `--memory 测量显卡占用的显存，但这里没有显卡。${noCards(reason)}`,
    fix: '请看 `ft-wizard doctor`。',
  }),
  'bad-card-spec/emulated': ({ spec }) => ({
    message: `--emulate 无法理解“${spec}”。`,
    fix: '请写出显卡的数量和显存，例如 6x24GiB；如果每张只占一部分多处理器，在后面加上 @12%。',
  }),
  'imagined-cards': ({ gpus }) => ({
    message: `--gpus ${gpus} 描述的是假想的显卡，而训练需要本机的显卡。`,
    fix: '请写出序号或 UUID，例如 --gpus 0,1；若只想看看效果，请加 --dry-run。',
  }),
  'path-unreadable': ({ path, reason }) => ({
    message: `无法得知 ${path} 的剩余空间：${reason}。`,
    fix: '请选择您有读写权限的文件夹。',
  }),
};

function impossible(asks: ImpossibleSpec): string {
  if ('gibibytes' in asks) return `一张 ${asks.gibibytes} GiB 的显卡`;
  if (asks.part !== null) return `${asks.cards} 张显卡（“${asks.part}”）`;
  return asks.cards === 0 ? '零张显卡' : `${asks.cards} 张显卡`;
}

const inventory = (there: readonly CardOfBox[]) =>
  there.map(({ index, name, uuid }) => `${index} = ${name}（${uuid}）`).join('、');
