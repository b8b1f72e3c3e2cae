import type { runs as english, RunState } from '../en/runs.ts';

export const runs: typeof english = {
  'run-not-live': ({ id, state }) => ({
    message: `任务 ${id} 没有在运行：${states[state]}。`,
    fix: '正在运行的任务见 `ft-wizard runs`。',
  }),
  'run-broken': ({ file, reason, folder }) => ({
    message: `无法读取 ${file}：${reason}`,
    fix: `请查看 ${folder}；没有用的任务可以删除。`,
  }),
  'run-ambiguous': ({ wanted, found }) => ({
    message: `有 ${found.length} 个任务以“${wanted}”开头：${found.slice(0, 5).join('、')}。`,
    fix: '请把编号写长一些。',
  }),
  'run-not-found': ({ wanted, root }) => ({
    message: wanted === null ? `${root} 中还没有任务。` : `${root} 中没有任务“${wanted}”。`,
    fix: '已有的任务见 `ft-wizard runs`；用 --runs-dir 可以查看别处。',
  }),
  'run-not-found/folder': ({ folder }) => ({
    message: `${folder} 不是任务文件夹：其中没有 status.json。`,
    fix: '已有的任务见 `ft-wizard runs`。',
  }),
  'runs-dir-unwritable': ({ root, why }) => ({
    message: `无法在 ${root} 中创建任务：${typeof why === 'string' ? unwritable[why].what : why.said}。`,
    fix: typeof why === 'string' ? unwritable[why].fix : '请用 --runs-dir 选择文件夹。',
  }),
  'runs-dir-unwritable/checked': ({ folder, reason }) => ({
    message: `${folder} 不可写（${reason}）`,
    fix: '请用 --runs-dir 选择文件夹。',
  }),
  'launch-failed': ({ said }) => ({
    message: `无法启动监管进程：${said}`,
    fix: '这是 ft-wizard 或机器的问题；请附上以上内容报告。',
  }),
  'launch-failed/silent': ({ seconds }) => ({
    message: `无法启动监管进程：它在 ${seconds} 秒内没有接管任务`,
    fix: '这是 ft-wizard 或机器的问题；请附上以上内容报告。',
  }),
  'run-finished': ({ id }) => ({
    message: `任务 ${id} 已完成，没有可继续的内容。`,
    fix: '请开始新的任务，或用 `ft-wizard chat` 使用它的结果。',
  }),
  'run-in-use': ({ id }) => ({
    message: `任务 ${id} 正在使用中：它正在训练。`,
    fix: `用 \`ft-wizard attach ${id}\` 查看它，或用 \`ft-wizard stop ${id}\` 结束它。`,
  }),
  'trainer-crashed': ({ subcommand, said }) => ({
    message: `训练程序在“${subcommand}”中失败：${said}`,
    fix: '请用 `ft-wizard doctor` 检查环境；如果没有问题，请附上以上内容报告。',
  }),
  interrupted: ({ during }) => ({
    message: `${interruptible[during]}时被中断；未完成的部分已删除。`,
    fix: '请再次运行同一命令，重新开始。',
  }),
  usage: ({ message, meant }) => ({ message, fix: meant ?? '见 `ft-wizard --help`。' }),
  'usage/no-command': ({ word, meant }) => ({
    message: `没有命令 ${word}`,
    fix: meant === null ? '见 `ft-wizard --help`。' : `您是指 \`ft-wizard ${meant}\` 吗？`,
  }),
  'usage/steps': ({ written, unsettled }) => ({
    message: `--steps 为 "${written}"：前 ${unsettled} 步没有代表性，不计入。`,
    fix: `请用不小于 ${unsettled + 1} 的整数。`,
  }),
  'usage/schedules': ({ written, known }) => ({
    message: `无法理解 --schedules "${written}"。`,
    fix: `请从 ${known.join('、')} 中选择，用逗号分隔，各一次。`,
  }),
  'usage/memory-on-cpu': () => ({
    message: '--memory 测量显卡占用的显存，而 --device cpu 不使用显卡。',
    fix: '请去掉 --device；不带 --memory 的 `ft-wizard bench` 可以测量 CPU。',
  }),
  'usage/only': ({ unknown, names }) => ({
    message: `--only "${unknown}"：没有这个配置。`,
    fix: `可选 ${names.join('、')}；多个之间用逗号分隔。`,
  }),
  'bench-failed': ({ reason, log }) => ({
    message: `训练失败：${reason ?? '原因不明。'}`,
    fix: `日志保留在 ${log}。`,
  }),
};

const interruptible = { environment: '准备 Python 环境' };

const states: Record<RunState, string> = {
  preparing: '准备中',
  downloading: '正在下载模型',
  training: '训练中',
  stopping: '正在停止',
  answering: '正在回答问题',
  done: '已完成',
  stopped: '已停止',
  failed: '失败',
  refused: '放不下',
  lost: '已丢失',
};

const elsewhere = '请腾出空间，或用 --runs-dir 选择另一块磁盘。';
const yours = '请用 --runs-dir 选择您自己的文件夹。';
const unwritable = {
  full: { what: '磁盘已满', fix: elsewhere },
  quota: { what: '您的磁盘配额已用完', fix: elsewhere },
  forbidden: { what: '您没有写入权限', fix: yours },
  'read-only': { what: '文件系统是只读的', fix: yours },
};
