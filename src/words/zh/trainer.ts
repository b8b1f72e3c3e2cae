import type { trainer as english, TrainerCode } from '../en/trainer.ts';

/** What it is: all of it, or before the trainer's own words for where and how. And what to do. */
const reports: Record<TrainerCode, ({ all: string } | { what: string }) & { fix: string }> = {
  'answers-cut-off': { what: '多数回答在截断之后才开始', fix: '请增大 cutoffLength。' },
  'bad-checkpoint': {
    what: '检查点与现在的训练设置不符',
    fix: '它是用其他设置写入的；请开始新的任务，不要继续这个任务。',
  },
  'bad-dataset': {
    what: '数据集有问题',
    fix: '请改正所指的位置。文件应为 UTF-8 编码的 JSON：每行一个对象，或一个对象数组（alpaca、sharegpt 或 messages）。',
  },
  'bad-encoded-data': { what: '编码后的样本不完整', fix: '请重新开始任务，样本会重新编码。' },
  'bad-plan': { what: '无法读取规划', fix: '请用 ft-wizard 重新开始任务。' },
  'bad-run': { what: '这不是可用的任务文件夹', fix: '请给出已经开始过的任务的文件夹。' },
  'broken-checkpoint': { what: '模型文件已损坏', fix: '请重新获取这个文件。' },
  'cannot-write': { what: '无法写入', fix: '请让该位置可写，然后运行 ft-wizard resume。' },
  diverged: {
    all: '梯度连续多步不是有限值，训练已发散。',
    fix: '请降低 learningRate；如果显卡支持，改用 bf16 或 fp32；然后从检查点继续。',
  },
  'fp16-overflow': { what: '权重超出 fp16 的范围', fix: '请用 bf16 或 fp32 训练这个模型。' },
  'hub-unreachable': { what: '无法连接 Hugging Face', fix: '请检查网络，或把 HF_ENDPOINT 设为镜像。' },
  'missing-tensor': {
    what: '权重中缺少张量',
    fix: '请检查 config.json 是否与这些权重配套，或重新获取模型。',
  },
  'model-gated': { what: '这个模型需要先接受它的条款', fix: '请在网页上接受条款，并设置 HF_TOKEN。' },
  'model-not-found': { what: '找不到模型', fix: '请检查名字或路径；不公开的模型需要设置 HF_TOKEN。' },
  'no-chat-template': {
    all: '模型的分词器没有自带的对话模板，而 template=auto 需要它。',
    fix: '请设置 template=alpaca，或另一个模板的名字。',
  },
  'no-end-of-text': {
    what: '分词器没有结束符',
    fix: '请在它的 tokenizer_config.json 中设置 eos_token。',
  },
  'no-result': { what: '任务还没有结果', fix: '请等待任务完成，或用 ft-wizard resume 继续它。' },
  'no-safetensors': {
    what: '没有 safetensors 格式的权重',
    fix: '请转换模型：AutoModelForCausalLM.from_pretrained(...).save_pretrained(...)。',
  },
  'no-space': { what: '磁盘已满', fix: '请腾出空间，然后运行 ft-wizard resume。' },
  'no-tokenizer': {
    what: '无法加载分词器',
    fix: '请检查模型文件夹中是否有 tokenizer.json，或 Hugging Face（HF_ENDPOINT、HF_TOKEN）上是否有它。',
  },
  'out-of-memory': {
    what: '显存不足',
    fix: '请用 nvidia-smi 查看还有什么占用显存，然后继续训练，必要时用 --gpus 换用其他显卡；减小 microBatchSize 或 cutoffLength 的新任务占用更少。',
  },
  'template-not-supported': {
    what: '分词器的对话模板不能用于训练',
    fix: '请设置 template=alpaca，或另一个模板的名字。',
  },
  'tokenizer-not-supported': {
    what: '不支持这种分词器',
    fix: '请把模型的分词器存为 tokenizer.json 格式再使用。',
  },
  'trainer-crash': {
    what: '训练程序出错',
    fix: '请看任务文件夹中的 trainer.log；ft-wizard resume 可从上一个检查点继续。',
  },
  'unknown-template': { what: '没有这个模板', fix: '请用 auto、alpaca、tigerbot、chatml 或 llama2。' },
  'wrong-shape': { what: '权重的形状不符', fix: '请检查 config.json 是否与这些权重配套。' },
};

export const trainer: typeof english = {
  reported: ({ code, message, fix }) => {
    const known = Object.hasOwn(reports, code) ? reports[code as TrainerCode] : null;
    if (known === null) return { message, fix };
    return { message: 'all' in known ? known.all : `${known.what}：${message}`, fix: known.fix };
  },
};
