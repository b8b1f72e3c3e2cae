import type { Strings } from '../strings/catalogue.ts';
import { type Binding, type KeyContext, keyTable, precedence } from './table.ts';
import type { KeyWord } from './words.ts';

/** An action that can be done now, for people. */
export interface KeyHint {
  context: KeyContext;
  action: string;
  /** As printed on the keyboard, the usual one first: `['→', 'l']`. */
  keys: string[];
  words: KeyWord;
  footer: boolean;
}

/** What can be done in a context now. */
export interface ActiveKeys {
  context: KeyContext;
  actions: readonly string[];
  /** There is somebody who takes what is written: further down, a character is no key. */
  write?: unknown;
}

/** Arrow keys as the terminal can draw them. */
export type ArrowGlyphs = Record<'up' | 'down' | 'left' | 'right', string>;

const plainArrows: ArrowGlyphs = { up: 'Up', down: 'Down', left: 'Left', right: 'Right' };

/** The actions of the key table that are in `active`, each once, in the table's order; keys that an earlier one takes are left out. */
export function describeKeys(
  active: readonly ActiveKeys[],
  strings: Strings,
  arrows: ArrowGlyphs = plainArrows,
): KeyHint[] {
  const taken = new Set<string>();
  let writing = false;
  return precedence.flatMap((context) => {
    const bindings: Record<string, Binding> = keyTable[context];
    const layers = active.filter((layer) => layer.context === context);
    const isFree = (key: string) => !taken.has(key) && !(writing && (key.length === 1 || key === 'space'));
    const hints = Object.keys(bindings)
      .filter((action) => layers.some(({ actions }) => actions.includes(action)))
      .map((action) => {
        const free = bindings[action]!.keys.filter(isFree);
        for (const key of free) taken.add(key);
        return { action, binding: bindings[action]!, free };
      })
      .filter(({ free }) => free.length > 0);
    writing ||= layers.some(({ write }) => write);
    return hints.map(({ action, binding, free }) => ({
      context,
      action,
      keys: free.map((key) => nameKey(key, strings, arrows)),
      words: wordsOf(context, action, strings),
      footer: binding.footer === true,
    }));
  });
}

/** Every context of the table as a Markdown list of tables, for the README. */
export function keysAsMarkdown(strings: Strings): string {
  const everything = (Object.keys(keyTable) as KeyContext[]).map((context) => {
    const hints = describeKeys([{ context, actions: Object.keys(keyTable[context]) }], strings);
    const rows = hints.map(
      ({ keys, words }) => `| ${keys.map((key) => `\`${key}\``).join(' ')} | ${words.long} |`,
    );
    return `**${strings.common.keys.contexts[context]}**\n\n| | |\n|---|---|\n${rows.join('\n')}\n`;
  });
  return everything.join('\n');
}

/** A key as it is called: `Ctrl-C`, `Esc`, `→`, `a`. */
export function nameKey(key: string, strings: Strings, arrows: ArrowGlyphs = plainArrows): string {
  const names: Record<string, string> = { ...strings.common.keys.names, ...arrows };
  const [, modifier, rest] = /^(ctrl|shift)\+(.+)$/.exec(key) ?? [];
  if (!modifier || !rest) return names[key] ?? key;
  return `${names[modifier]}-${names[rest] ?? rest.toUpperCase()}`;
}

function wordsOf(context: KeyContext, action: string, { common, wizard, split, monitor }: Strings): KeyWord {
  const words = { ...common.keys, wizard: wizard.keys, split: split.keys, monitor: monitor.keys };
  return (words[context] as Record<string, KeyWord>)[action]!;
}
