import { formatBytes } from '../../units.ts';
import type {
  EnvironmentFault,
  environments as english,
  setup as englishSetup,
  SetupStep,
} from '../en/environments.ts';
import { listed } from './phrases.ts';

export const setup: typeof englishSetup = (news) => {
  if ('step' in news) return stepTitle(news.step);
  if ('output' in news) return news.output;
  if ('waitingFor' in news)
    return `另一个 ft-wizard（进程 ${news.waitingFor}）正在准备这个环境；等待它完成。`;
  if ('ready' in news) return `Python 环境已就绪：${news.ready}`;
  return `PyTorch 的索引 ${news.silentIndex} 没有应答；改用 ${news.tool} 所配置的来源。`;
};

function stepTitle(step: SetupStep): string {
  if (step === 'create') return '正在创建环境';
  return step === 'others' ? '正在安装其他软件包' : `正在安装 ${step.torch}（${step.build}）`;
}

const installing =
  (what: string, fix: string): (typeof english)['environment-failed'] =>
  ({ step, said, log }) => ({
    message: `无法准备 Python 环境（${stepTitle(step)}）：${what}。${said.map((line) => `\n  ${line}`).join('')}`,
    fix: `${fix}安装程序的输出在 ${log}。`,
  });

const installPython =
  '例如 `sudo apt install python3-venv` 或 `sudo dnf install python3`；也可以安装 uv，或使用 --python。';

export const environments: typeof english = {
  'python-missing': ({ from, to, tried }) => ({
    message: `在 PATH 中没有找到 Python ${from} 到 ${to}（试过 ${tried.join('、')}）。`,
    fix: `请安装一个，${installPython}`,
  }),
  'python-missing/given': ({ python, reason }) => ({
    message: `无法启动 Python ${python}：${reason === 'absent' ? '没有这个程序' : reason === 'forbidden' ? '没有执行权限' : reason.said}。`,
    fix: '请用 --python 换一个，或不写它，由 ft-wizard 自动准备。',
  }),
  'python-without-venv': ({ python, version }) => ({
    message: `${python}（Python ${version}）缺少 venv 模块，许多系统把它单独打包。`,
    fix: `请安装它，${installPython}`,
  }),
  'python-unsuitable': ({ python, faults }) => ({
    message: `${python} 无法运行训练程序：\n${faults.map((fault) => `  ${environmentFault(fault)}`).join('\n')}`,
    fix: '请在那里补上缺少的部分，或不写 --python，由 ft-wizard 准备专用环境。',
  }),
  'python-unsuitable/no-python': ({ python, reason }) => ({
    message: `${python} 不是能运行训练程序的 Python：${reason}`,
    fix: '请用 --python 给出 Python 3.10 或更新版本的路径，或不写它，由 ft-wizard 自动准备。',
  }),
  'driver-too-old': ({ version, needed }) => ({
    message: `NVIDIA 驱动是 ${version}；这些显卡的 PyTorch 需要 ${needed} 或更新的驱动。`,
    fix: `请把驱动更新到 ${needed} 或更新版本，或用 --python 给出您自己的 Python。`,
  }),
  'no-torch-build': ({ kinds, together }) => ({
    message: `没有官方的 PyTorch 能同时支持所有这些显卡：${kinds.map(({ name, capability }) => `${name}（sm_${capability}）`).join('、')}。`,
    fix: `请选择能由同一个 PyTorch 支持的显卡（${listed(
      together.map((indices) => `--gpus ${indices.join(',')}`),
      '或',
    )}），或用 --python 给出支持全部显卡的 PyTorch 所在的 Python。`,
  }),
  'no-torch-build/for-one': ({ name }) => ({
    message: `没有 2.11 或更新版本的官方 PyTorch 支持 ${name}。`,
    fix: '请用 --gpus 排除它，或用 --python 给出为它编译的 PyTorch 所在的 Python。',
  }),
  'environment-no-space': ({ needed, free, folder, torch }) => ({
    message: `Python 环境（${torch} 和其他软件包）约需 ${formatBytes(needed)}；${folder} 只剩 ${formatBytes(free)}。`,
    fix: '请腾出空间，或把 XDG_DATA_HOME 指向另一块磁盘。',
  }),
  'environment-unsuitable': ({ faults, torch, build, index, log }) => ({
    message: `Python 环境不适合这些显卡：${faults.map(environmentFault).join('；')}。需要 ${torch}（${build}），来自 ${index ?? 'PyPI 或其镜像'}。`,
    fix: `请看 \`pip config list\`，找出 pip 为什么用了别的来源；或用 --python 给出您自己的 Python。日志在 ${log}。`,
  }),
  'environment-failed': installing('安装程序失败', '请再试一次，或用 --python 给出您自己的 Python。'),
  'environment-no-space/installing': installing(
    '磁盘已满',
    '请腾出空间，或把 XDG_DATA_HOME（以及解包用的 TMPDIR）指向另一块磁盘。',
  ),
  'environment-unreachable': installing(
    '无法连接软件包索引',
    '请检查网络，或设置您能访问的镜像（`pip config set global.index-url URL`），再试一次。',
  ),
  'environment-unresolvable': installing(
    '软件包索引中没有所需的版本',
    '请检查所用的索引（`pip config list`）：镜像可能没有更新。也可以用 --python 给出您自己的 Python。',
  ),
  'environment-unwritable': installing('文件夹不可写', '请把 XDG_DATA_HOME 指向您自己的文件夹。'),
};

function environmentFault(fault: EnvironmentFault): string {
  if ('lacks' in fault) return `缺少 ${fault.lacks}（${fault.needs}）`;
  if ('has' in fault) return `${fault.has} 是 ${fault.version}（${fault.needs}）`;
  if ('broken' in fault) return `无法导入 torch：${fault.broken}`;
  if ('withoutCuda' in fault) return `torch ${fault.withoutCuda} 编译时不带 CUDA`;
  return `torch ${fault.torch} 没有 ${fault.withoutKernelsFor} 的内核（只有 ${fault.archList.join(' ')}）`;
}
