import type { Said } from '../said.ts';
import { listed } from './phrases.ts';

const fetchFile = 'Fetch the file again from where the model was published.';
const fetchMismatched = 'Fetch the file again: it does not belong to this config.json, or is damaged.';
const publishedConfig = 'Check that config.json is the one published with the model.';
const notJson = ({ where, line, reason }: { where: string; line: string | null; reason: string }): Said => ({
  message: `${where}${line === null ? '' : `:${line}`} is not JSON: ${reason}`,
  fix: fetchFile,
});
const noObject = ({ where }: { where: string }): Said => ({
  message: `${where} holds no JSON object`,
  fix: fetchFile,
});

/** Why a model cannot be found or read. */
export const models = {
  'model-not-found': ({
    source,
    near,
    examples,
  }: {
    source: string;
    near: string[];
    examples: string[];
  }): Said => ({
    message: `${source} is no folder, no name of the catalogue, and no hub id (owner/name)`,
    fix:
      near.length > 0
        ? `Did you mean ${listed(near, 'or')}? Otherwise give a folder or a hub id.`
        : `Give a folder, a hub id such as Qwen/Qwen3-8B, or one of ${examples.join(', ')}.`,
  }),
  'model-not-found/folder': (path: {
    folder: string;
    /** Where more than the last part is missing: the deepest folder that is there, and what it lacks. */
    ends: { at: string; lacks: string } | null;
    /** What is there by a similar name. */
    near: string[];
  }): Said => ({
    message: `there is no folder ${path.folder}${path.ends ? `: ${path.ends.at} has no ${path.ends.lacks}` : ''}`,
    fix:
      path.near.length > 0
        ? `Did you mean ${listed(path.near, 'or')}?`
        : 'Correct the path, or name a hub id (owner/name).',
  }),
  'model-not-found/hub': ({ id, hub, near }: { id: string; hub: string; near: string[] }): Said => ({
    message: `there is no model ${id} on ${hub}, or it is private`,
    fix: `${near.length > 0 ? `Did you mean ${listed(near, 'or')}? ` : ''}Check the spelling; for a private model set HF_TOKEN; for one on disk give the path of its folder.`,
  }),
  'model-not-cached': ({ id }: { id: string }): Said => ({
    message: `${id} is not in the Hugging Face cache, and HF_HUB_OFFLINE forbids to fetch it`,
    fix: 'Unset HF_HUB_OFFLINE, or copy the model here and name its folder.',
  }),
  'bad-endpoint': ({ url }: { url: string }): Said => ({
    message: `HF_ENDPOINT is not a URL: ${url}`,
    fix: 'Set it to one such as https://huggingface.co, or unset it.',
  }),
  'model-gated': ({ page, signed }: { page: string; signed: boolean }): Said => ({
    message: `${page} is gated: ${signed ? 'your token has no access to it' : 'it can be read only with a token'}`,
    fix: `Ask for access on ${page}, then set HF_TOKEN to a token of that account.`,
  }),
  'bad-token': ({ hub }: { hub: string }): Said => ({
    message: `${hub} does not accept your token`,
    fix: 'Set HF_TOKEN to a valid token, or unset it for a public model.',
  }),
  'hub-unreachable': ({ hub, reason, proxy }: { hub: string; reason: string; proxy: boolean }): Said => ({
    message: `cannot reach ${hub}: ${reason}`,
    fix: proxy
      ? 'Your proxy settings are heeded only with NODE_USE_ENV_PROXY=1; set it, or HF_ENDPOINT to a mirror.'
      : 'Check the network, set HF_ENDPOINT to a mirror, or name a folder on disk.',
  }),
  'hub-unreachable/timeout': ({
    hub,
    seconds,
    proxy,
  }: {
    hub: string;
    seconds: number;
    proxy: boolean;
  }): Said => models['hub-unreachable']({ hub, reason: `no answer within ${seconds} s`, proxy }),
  'hub-unreachable/status': ({ hub, status }: { hub: string; status: string }): Said => ({
    message: `${hub} answered ${status}`,
    fix: 'Try again later, or set HF_ENDPOINT to a mirror.',
  }),
  'hub-unreachable/strange': ({ hub, reason }: { hub: string; reason: string }): Said => ({
    message: `${hub} does not answer as a Hugging Face hub does: ${reason}`,
    fix: 'Check HF_ENDPOINT; a mirror must serve range requests.',
  }),

  'not-a-model': ({ where }: { where: string }): Said => ({
    message: `${where} has no config.json`,
    fix: 'Name a model in the layout of Hugging Face: config.json, safetensors and tokenizer in one place.',
  }),
  'not-a-model/adapter': ({ where }: { where: string }): Said => ({
    message: `${where} is a LoRA adapter, not a model`,
    fix: 'Name the base model, or merge the adapter into it first.',
  }),
  'not-a-model/file': ({ file, folder }: { file: string; folder: string }): Said => ({
    message: `${file} is a file, and a model is a folder`,
    fix: `Name the folder: ${folder}`,
  }),
  'model-unreadable': ({ path, reason }: { path: string; reason: string }): Said => ({
    message: `cannot read ${path}: ${reason}`,
    fix: 'Check that it is there, that a link does not lead nowhere, and that you may read it.',
  }),

  'bad-model-config/not-json': notJson,
  'bad-model-config/no-object': noObject,
  'bad-model-config': ({ where, field, reason }: { where: string; field: string; reason: string }): Said => ({
    message: `${where}: ${field}: ${reason}`,
    fix: publishedConfig,
  }),
  'bad-model-config/heads': ({
    where,
    hidden,
    heads,
  }: {
    where: string;
    hidden: number;
    heads: number;
  }): Said => ({
    message: `${where}: hidden_size ${hidden} cannot be divided among num_attention_heads ${heads}`,
    fix: publishedConfig,
  }),
  'bad-model-config/kv-heads': ({
    where,
    heads,
    kvHeads,
  }: {
    where: string;
    heads: number;
    kvHeads: number;
  }): Said => ({
    message: `${where}: num_attention_heads ${heads} is not a multiple of num_key_value_heads ${kvHeads}`,
    fix: publishedConfig,
  }),
  'bad-model-config/architecture': ({ where, supported }: { where: string; supported: string[] }): Said => ({
    message: `${where} does not name its architecture (field "architectures")`,
    fix: `Use the config.json published with the model; supported are ${supported.join(', ')}.`,
  }),
  'unsupported-architecture': (config: { where: string; named: string; supported: string[] }): Said => ({
    message: `${config.where}: architecture ${config.named} is not supported`,
    fix: `Choose a model of one of these: ${config.supported.join(', ')}.`,
  }),
  'unsupported-architecture/vision': ({
    where,
    named,
    python,
  }: {
    where: string;
    named: string;
    python: string;
  }): Said => ({
    message: `${where}: this is Gemma 3 with its vision tower (${named}); only the text model can be trained`,
    fix: `Save the text model and its tokenizer in a folder of their own, in Python, and name that: ${python}`,
  }),
  'quantized-model': ({ where, method }: { where: string; method: string | null }): Said => ({
    message: `${where}: the weights are quantized${method === null ? '' : ` (${method})`}, and only fp16, bf16 and fp32 weights can be trained`,
    fix: 'Name the original model that this one was quantized from.',
  }),

  'no-safetensors': ({ where, looked }: { where: string; looked: string[] }): Said => ({
    message: `${where} has no weights: neither ${looked.join(' nor ')}`,
    fix: 'Fetch all files of the model.',
  }),
  'no-safetensors/pickles': ({ where }: { where: string }): Said => ({
    message: `${where} has its weights as PyTorch pickles (.bin) only, which cannot be read tensor by tensor`,
    fix: 'Convert them once in Python: AutoModelForCausalLM.from_pretrained(MODEL, dtype="auto").save_pretrained(FOLDER), and its tokenizer, then name that folder.',
  }),
  'no-safetensors/gguf': ({ where }: { where: string }): Said => ({
    message: `${where} has GGUF files only, which are for inference and cannot be trained`,
    fix: 'Name the original model that they were made from.',
  }),
  'checkpoint-incomplete': ({
    where,
    missing,
    of,
  }: {
    where: string;
    missing: string[];
    of: number;
  }): Said => ({
    message: `${where} lacks ${missing.length} of ${of} weight files: ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ', ...' : ''}`,
    fix: 'Its download or copy did not finish; fetch the missing files.',
  }),
  'checkpoint-damaged/not-json': notJson,
  'checkpoint-damaged/no-object': noObject,
  'checkpoint-damaged/index': ({ where }: { where: string }): Said => ({
    message: `${where} is no safetensors index: it must map tensors to safetensors files beside it`,
    fix: fetchFile,
  }),
  'checkpoint-damaged/lfs-pointer': ({ file }: { file: string }): Said => ({
    message: `${file} is a Git LFS pointer, not the weights themselves`,
    fix: 'Run "git lfs pull" in its folder.',
  }),
  'checkpoint-damaged/cut-short': ({
    file,
    has,
    needs,
  }: {
    file: string;
    has: number;
    needs: number;
  }): Said => ({
    message: `${file} is cut short: it has ${has} of at least ${needs} bytes`,
    fix: 'Its download or copy did not finish; fetch the file again.',
  }),
  'checkpoint-damaged/header-length': ({ file, bytes }: { file: string; bytes: bigint }): Said => ({
    message: `${file} is no valid safetensors file: it has a header of ${bytes} bytes`,
    fix: fetchFile,
  }),
  'checkpoint-damaged/header': ({ file }: { file: string }): Said => ({
    message: `${file} is no valid safetensors file: its header is no JSON object`,
    fix: fetchFile,
  }),
  'checkpoint-damaged/entry': ({ file, tensor }: { file: string; tensor: string }): Said => ({
    message: `${file} is no valid safetensors file: it has a malformed entry for ${tensor}`,
    fix: fetchFile,
  }),
  'checkpoint-damaged/bytes': (stored: {
    file: string;
    tensor: string;
    bytes: number;
    needs: number;
  }): Said => ({
    message: `${stored.file}: ${stored.tensor} takes ${stored.bytes} bytes where its shape needs ${stored.needs}`,
    fix: fetchMismatched,
  }),
  'checkpoint-mismatch': ({
    where,
    tensor,
    more,
  }: {
    where: string;
    tensor: string;
    more: number;
  }): Said => ({
    message: `${where}: the weights lack ${tensor}${more > 0 ? ` and ${more} more` : ''}, which config.json calls for`,
    fix: 'Check that all files of the model are there and that config.json belongs to them.',
  }),
  'checkpoint-mismatch/shape': (stored: {
    file: string;
    tensor: string;
    shape: number[];
    expected: number[];
  }): Said => ({
    message: `${stored.file}: ${stored.tensor} has shape [${stored.shape.join(', ')}] where config.json calls for [${stored.expected.join(', ')}]`,
    fix: fetchMismatched,
  }),
  'unsupported-dtype': ({ file, tensor, dtype }: { file: string; tensor: string; dtype: string }): Said => ({
    message: `${file}: ${tensor} is stored as ${dtype}; only F16, BF16 and F32 weights can be trained`,
    fix: 'Name a checkpoint that is not quantized, in fp16, bf16 or fp32.',
  }),
};
