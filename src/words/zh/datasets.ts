import type { datasets as english } from '../en/datasets.ts';

const formats = 'alpaca、sharegpt 或 OpenAI messages，JSON 或 JSONL';

export const datasets: typeof english = {
  'dataset-not-found': ({ path }) => ({
    message: `没有数据集文件 ${path}`,
    fix: `请写出文件的路径（${formats}），或 "demo"。`,
  }),
  'not-a-dataset/folder': ({ path }) => ({
    message: `${path} 是文件夹，而数据集是文件`,
    fix: `请写出其中的文件；多个文件写成数组：${formats}。`,
  }),
  'not-a-dataset/empty': ({ path }) => ({
    message: `${path} 是空的`,
    fix: `请至少放入一条样本：${formats}。`,
  }),
  'dataset-missing': () => ({
    message: '没有可训练的内容：还没有指定数据集。',
    fix: '请用 --dataset 指定 JSON 或 JSONL 文件。',
  }),
  'dataset-mixed': ({ lengths, other }) => ({
    message: `${lengths} 中是样本长度，不能与 ${other} 混用。`,
    fix: '请单独使用它。',
  }),
  'no-tokenizer/shape': ({ model, dataset }) => ({
    message: `${model} 只有结构：没有分词器来读取 ${dataset}。`,
    fix: '请不指定数据集，或给出 {"lengths": [83, 195]} 这样的 JSON 文件，以使用随机 token 的样本。',
  }),
  'output-exists': ({ output }) => ({
    message: `output：${output} 已存在，而且不是空文件夹；写入结果会覆盖其中的内容。`,
    fix: '请用 --set output=文件夹 指定还不存在的文件夹，或不设置它。',
  }),
  'folder-unreadable': ({ folder, reason }) => ({
    message: `无法读取 ${folder}：${reason ?? '没有这个文件夹'}。`,
    fix: '请写存在的文件夹的路径，或删去末尾一段。',
  }),
};
