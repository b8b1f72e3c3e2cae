import type { models as english } from '../en/models.ts';
import { listed } from './phrases.ts';

const fetchFile = '请从模型的发布处重新获取这个文件。';
const fetchMismatched = '请重新获取这个文件：它与 config.json 不配套，或已损坏。';
const publishedConfig = '请检查 config.json 是否就是随模型发布的那一份。';
const notJson: (typeof english)['bad-model-config/not-json'] = ({ where, line, reason }) => ({
  message: `${where}${line === null ? '' : `:${line}`} 不是 JSON：${reason}`,
  fix: fetchFile,
});
const noObject: (typeof english)['bad-model-config/no-object'] = ({ where }) => ({
  message: `${where} 中不是一个 JSON 对象`,
  fix: fetchFile,
});
const proxyFix = (proxy: boolean) =>
  proxy
    ? '只有设置 NODE_USE_ENV_PROXY=1 才会使用您的代理；请设置它，或把 HF_ENDPOINT 设为镜像。'
    : '请检查网络，把 HF_ENDPOINT 设为镜像，或使用磁盘上的文件夹。';

export const models: typeof english = {
  'model-not-found': ({ source, near, examples }) => ({
    message: `${source} 不是文件夹，不是目录中的名字，也不是 Hugging Face 的模型编号（owner/name）`,
    fix:
      near.length > 0
        ? `您是指 ${listed(near, '或')} 吗？否则请给出文件夹或模型编号。`
        : `请给出文件夹、模型编号（例如 Qwen/Qwen3-8B），或以下之一：${examples.join('、')}。`,
  }),
  'model-not-found/folder': ({ folder, ends, near }) => ({
    message: `没有文件夹 ${folder}${ends ? `：${ends.at} 中没有 ${ends.lacks}` : ''}`,
    fix: near.length > 0 ? `您是指 ${listed(near, '或')} 吗？` : '请改正路径，或写模型编号（owner/name）。',
  }),
  'model-not-found/hub': ({ id, hub, near }) => ({
    message: `${hub} 上没有模型 ${id}，或者它不公开`,
    fix: `${near.length > 0 ? `您是指 ${listed(near, '或')} 吗？` : ''}请检查拼写；不公开的模型需要设置 HF_TOKEN；磁盘上的模型请写文件夹的路径。`,
  }),
  'model-not-cached': ({ id }) => ({
    message: `${id} 不在 Hugging Face 缓存中，而 HF_HUB_OFFLINE 禁止下载`,
    fix: '请取消 HF_HUB_OFFLINE，或把模型复制到本机并写出它的文件夹。',
  }),
  'bad-endpoint': ({ url }) => ({
    message: `HF_ENDPOINT 不是网址：${url}`,
    fix: '请设为 https://huggingface.co 这样的网址，或取消设置。',
  }),
  'model-gated': ({ page, signed }) => ({
    message: `${page} 需要授权：${signed ? '您的令牌没有访问权限' : '只有用令牌才能读取'}`,
    fix: `请在 ${page} 申请访问，然后把 HF_TOKEN 设为该账号的令牌。`,
  }),
  'bad-token': ({ hub }) => ({
    message: `${hub} 不接受您的令牌`,
    fix: '请把 HF_TOKEN 设为有效的令牌；公开的模型可以不设置。',
  }),
  'hub-unreachable': ({ hub, reason, proxy }) => ({
    message: `无法连接 ${hub}：${reason}`,
    fix: proxyFix(proxy),
  }),
  'hub-unreachable/timeout': ({ hub, seconds, proxy }) => ({
    message: `无法连接 ${hub}：${seconds} 秒内没有应答`,
    fix: proxyFix(proxy),
  }),
  'hub-unreachable/status': ({ hub, status }) => ({
    message: `${hub} 应答 ${status}`,
    fix: '请稍后再试，或把 HF_ENDPOINT 设为镜像。',
  }),
  'hub-unreachable/strange': ({ hub, reason }) => ({
    message: `${hub} 的应答与 Hugging Face 不符：${reason}`,
    fix: '请检查 HF_ENDPOINT；镜像必须支持范围请求。',
  }),

  'not-a-model': ({ where }) => ({
    message: `${where} 中没有 config.json`,
    fix: '请使用 Hugging Face 布局的模型：config.json、safetensors 和分词器在同一处。',
  }),
  'not-a-model/adapter': ({ where }) => ({
    message: `${where} 是 LoRA 适配器，不是模型`,
    fix: '请使用它的基础模型，或先把适配器合并进去。',
  }),
  'not-a-model/file': ({ file, folder }) => ({
    message: `${file} 是文件，而模型是文件夹`,
    fix: `请写文件夹：${folder}`,
  }),
  'model-unreadable': ({ path, reason }) => ({
    message: `无法读取 ${path}：${reason}`,
    fix: '请检查它是否存在、链接是否有效，以及您是否有权读取。',
  }),

  'bad-model-config/not-json': notJson,
  'bad-model-config/no-object': noObject,
  'bad-model-config': ({ where, field, reason }) => ({
    message: `${where}：${field}：${reason}`,
    fix: publishedConfig,
  }),
  'bad-model-config/heads': ({ where, hidden, heads }) => ({
    message: `${where}：hidden_size ${hidden} 不能被 num_attention_heads ${heads} 整除`,
    fix: publishedConfig,
  }),
  'bad-model-config/kv-heads': ({ where, heads, kvHeads }) => ({
    message: `${where}：num_attention_heads ${heads} 不是 num_key_value_heads ${kvHeads} 的整数倍`,
    fix: publishedConfig,
  }),
  'bad-model-config/architecture': ({ where, supported }) => ({
    message: `${where} 没有说明模型结构（字段 "architectures"）`,
    fix: `请使用随模型发布的 config.json；支持的结构有 ${supported.join('、')}。`,
  }),
  'unsupported-architecture': ({ where, named, supported }) => ({
    message: `${where}：不支持模型结构 ${named}`,
    fix: `请选择以下结构的模型：${supported.join('、')}。`,
  }),
  'unsupported-architecture/vision': ({ where, named, python }) => ({
    message: `${where}：这是带视觉部分的 Gemma 3（${named}）；只能训练文本模型`,
    fix: `请用 Python 把文本模型和分词器单独存入一个文件夹，再使用它：${python}`,
  }),
  'quantized-model': ({ where, method }) => ({
    message: `${where}：权重是量化的${method === null ? '' : `（${method}）`}，而只能训练 fp16、bf16 和 fp32 的权重`,
    fix: '请使用量化之前的原始模型。',
  }),

  'no-safetensors': ({ where, looked }) => ({
    message: `${where} 中没有权重：既没有 ${looked.join('，也没有 ')}`,
    fix: '请下载模型的全部文件。',
  }),
  'no-safetensors/pickles': ({ where }) => ({
    message: `${where} 的权重只有 PyTorch pickle（.bin）格式，无法逐个张量读取`,
    fix: '请用 Python 转换一次：AutoModelForCausalLM.from_pretrained(MODEL, dtype="auto").save_pretrained(FOLDER)，分词器也要保存，然后使用那个文件夹。',
  }),
  'no-safetensors/gguf': ({ where }) => ({
    message: `${where} 只有 GGUF 文件，它们用于推理，不能训练`,
    fix: '请使用制作它们的原始模型。',
  }),
  'checkpoint-incomplete': ({ where, missing, of }) => ({
    message: `${where} 的 ${of} 个权重文件缺少 ${missing.length} 个：${missing.slice(0, 3).join('、')}${missing.length > 3 ? ' 等' : ''}`,
    fix: '下载或复制没有完成；请补全缺少的文件。',
  }),
  'checkpoint-damaged/not-json': notJson,
  'checkpoint-damaged/no-object': noObject,
  'checkpoint-damaged/index': ({ where }) => ({
    message: `${where} 不是 safetensors 索引：它应把张量对应到同一处的 safetensors 文件`,
    fix: fetchFile,
  }),
  'checkpoint-damaged/lfs-pointer': ({ file }) => ({
    message: `${file} 是 Git LFS 指针，不是权重本身`,
    fix: '请在它的文件夹中运行 "git lfs pull"。',
  }),
  'checkpoint-damaged/cut-short': ({ file, has, needs }) => ({
    message: `${file} 不完整：至少应有 ${needs} 字节，只有 ${has} 字节`,
    fix: '下载或复制没有完成；请重新获取这个文件。',
  }),
  'checkpoint-damaged/header-length': ({ file, bytes }) => ({
    message: `${file} 不是有效的 safetensors 文件：文件头长 ${bytes} 字节`,
    fix: fetchFile,
  }),
  'checkpoint-damaged/header': ({ file }) => ({
    message: `${file} 不是有效的 safetensors 文件：文件头不是 JSON 对象`,
    fix: fetchFile,
  }),
  'checkpoint-damaged/entry': ({ file, tensor }) => ({
    message: `${file} 不是有效的 safetensors 文件：${tensor} 的条目有误`,
    fix: fetchFile,
  }),
  'checkpoint-damaged/bytes': ({ file, tensor, bytes, needs }) => ({
    message: `${file}：${tensor} 占 ${bytes} 字节，按形状应为 ${needs} 字节`,
    fix: fetchMismatched,
  }),
  'checkpoint-mismatch': ({ where, tensor, more }) => ({
    message: `${where}：权重缺少 config.json 要求的 ${tensor}${more > 0 ? ` 和另外 ${more} 个张量` : ''}`,
    fix: '请检查模型的文件是否齐全，config.json 是否与它们配套。',
  }),
  'checkpoint-mismatch/shape': ({ file, tensor, shape, expected }) => ({
    message: `${file}：${tensor} 的形状是 [${shape.join(', ')}]，config.json 要求 [${expected.join(', ')}]`,
    fix: fetchMismatched,
  }),
  'unsupported-dtype': ({ file, tensor, dtype }) => ({
    message: `${file}：${tensor} 以 ${dtype} 存储；只能训练 F16、BF16 和 F32 的权重`,
    fix: '请使用未量化的 fp16、bf16 或 fp32 模型。',
  }),
};
