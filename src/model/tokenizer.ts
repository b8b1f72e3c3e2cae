import type { ModelFiles } from './files.ts';

/** What a model's tokenizer says of itself in its small files; its vocabulary is not read. */
export interface TokenizerFacts {
  /** The template of its own for conversations, in Jinja; null where it has none. */
  chatTemplate: string | null;
  /** Tokens that were added to the vocabulary, such as `<|im_end|>`, with their ids; null where no file lists them. */
  addedTokens: Record<string, number> | null;
}

/** Reads what there is beside the weights; null where there is no tokenizer, or none that says anything. */
export async function readTokenizerFacts(files: ModelFiles): Promise<TokenizerFacts | null> {
  const config = await readObject(files, 'tokenizer_config.json');
  if (config === null) return null;
  const template = files.names.includes('chat_template.jinja')
    ? await files.readText('chat_template.jinja')
    : templateIn(config.chat_template);
  return { chatTemplate: template, addedTokens: await readAddedTokens(files, config) };
}

/** A text, or several by name (`{"name": "default", "template": "..."}`), as transformers takes it. */
function templateIn(written: unknown): string | null {
  if (typeof written === 'string') return written;
  if (!Array.isArray(written)) return null;
  const named: { name?: unknown; template?: unknown }[] = written;
  const chosen = named.find(({ name }) => name === 'default') ?? named[0];
  return typeof chosen?.template === 'string' ? chosen.template : null;
}

async function readAddedTokens(
  files: ModelFiles,
  config: Record<string, unknown>,
): Promise<Record<string, number> | null> {
  const decoder = config.added_tokens_decoder;
  if (typeof decoder === 'object' && decoder !== null) {
    return Object.fromEntries(
      Object.entries(decoder).map(([id, token]) => [String(token?.content), Number(id)]),
    );
  }
  const added = await readObject(files, 'added_tokens.json');
  return added && Object.fromEntries(Object.entries(added).map(([token, id]) => [token, Number(id)]));
}

/** A file that is no JSON is for the trainer to complain about, which cannot do without it. */
async function readObject(files: ModelFiles, name: string): Promise<Record<string, unknown> | null> {
  if (!files.names.includes(name)) return null;
  const text = await files.readText(name);
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}
