import { formatShare } from '../../../units.ts';
import type { data as english } from '../../en/problems/data.ts';
import { someOf } from '../phrases.ts';

export const data: typeof english = {
  'batch-exceeds-dataset': ({ batchSize, rows }) => ({
    message: `batchSize ${batchSize} 超过了可训练的 ${rows} 条样本：每一步都会用上整个数据集。`,
    fix: `把 batchSize 设为 ${rows} 或更小。`,
  }),
  'rows-truncated': ({ rows, of, cutoff, longest, better }) => ({
    message: `${of} 条样本中有 ${rows} 条（${formatShare(rows / of)}）超过 cutoffLength ${cutoff}，末尾会被截断；最长的有 ${longest} 个 token。`,
    fix:
      better === null ? '请缩短这些样本。' : `如果放得下，设置 cutoffLength=${better}；否则请缩短这些样本。`,
  }),
  'cutoff-beyond-positions': ({ tokens, positions }) => ({
    message: `样本最长可达 ${tokens} 个 token，超过了模型设计的 ${positions} 个位置。`,
    fix: `设置 cutoffLength=${positions} 或更小。`,
  }),
  'token-without-embedding': ({ highest, rows }) => ({
    message: `数据集中有 id 为 ${highest} 的 token，而模型的词嵌入只有 ${rows} 行（0 到 ${rows - 1}）：训练会在显卡上崩溃。`,
    fix: '请使用与这些权重配套的分词器，或使用已为新增 token 扩展过词嵌入的模型。',
  }),
  'tokenizer-larger': ({ tokens, rows }) => ({
    message: `分词器有超出模型词嵌入 ${rows} 行的 token（${someOf(tokens)}）：含有它们的样本无法训练。`,
    fix: '请使用与这些权重配套的分词器，或确保数据和模板中没有这些 token。',
  }),
  'tokenizer-foreign': ({ tokens, rows }) => ({
    message: `分词器有 ${tokens} 个 token，而模型有 ${rows} 个：它似乎是另一个模型的分词器。`,
    fix: '请把这个模型自己的分词器文件放在权重旁边。',
  }),
};
