import type { Key } from 'ink';
import { describe, expect, test, vi } from 'vitest';
import { describeKeys, keysAsMarkdown, nameKey } from '../../../src/ui/keys/describe.ts';
import { KeyRouter, type Layer } from '../../../src/ui/keys/router.ts';
import { type Binding, type KeyContext, keyTable, precedence } from '../../../src/ui/keys/table.ts';
import { keysOf, readTokens } from '../../../src/ui/keys/tokens.ts';
import { catalogueFor } from '../../../src/ui/strings/catalogue.ts';

const english = catalogueFor('en');
const contexts = Object.keys(keyTable) as KeyContext[];
const bindingsOf = (context: KeyContext): Record<string, Binding> => keyTable[context];

describe('the key table', () => {
  /** Keys that mean something else where their first meaning is not possible. */
  const second: Partial<Record<KeyContext, string[]>> = { split: ['right', 'l', 'left', 'h'] };

  test.each(contexts)('%s: no other key has two meanings', (context) => {
    const all = Object.values(bindingsOf(context)).flatMap(({ keys }) => keys);
    expect(all.filter((key, index) => all.indexOf(key) < index)).toEqual(second[context] ?? []);
  });

  test('a key with two meanings is described by the one that it has now', () => {
    const keysFor = (...actions: string[]) =>
      describeKeys([{ context: 'split', actions }], english).map(({ action, keys }) => [action, keys]);
    expect(keysFor('moreLayers')).toEqual([['moreLayers', ['Up', 'k', '+', 'Right', 'l']]]);
    expect(keysFor('moreLayers', 'nextBoundary')).toEqual([
      ['nextBoundary', ['Right', 'l', 'Tab']],
      ['moreLayers', ['Up', 'k', '+']],
    ]);
  });

  test('every context has its place in the precedence', () => {
    expect([...precedence].sort()).toEqual([...contexts].sort());
  });
});

describe('readTokens', () => {
  const none = {} as Key;

  test.each([
    ['', { upArrow: true }, [{ key: 'up' }]],
    ['', { tab: true, shift: true }, [{ key: 'shift+tab' }]],
    ['c', { ctrl: true }, [{ key: 'ctrl+c' }]],
    ['jjj', {}, [{ text: 'jjj' }]],
    ['\r\r', {}, [{ key: 'enter' }, { key: 'enter' }]],
    ['ab\rc', {}, [{ text: 'ab' }, { key: 'enter' }, { text: 'c' }]],
    ['\x1512\r', {}, [{ key: 'ctrl+u' }, { text: '12' }, { key: 'enter' }]],
    ['x', { meta: true }, []],
    ['x', { eventType: 'release' as const }, []],
  ])('%j %j', (input, flags, tokens) => expect(readTokens(input, { ...none, ...flags })).toEqual(tokens));

  test('text that nobody writes is keys', () => expect(keysOf('a G')).toEqual(['a', 'space', 'G']));
});

describe('KeyRouter', () => {
  const layer = (
    context: KeyContext,
    actions: string[],
    more: Partial<Layer> = {},
  ): Layer & { done: string[] } => {
    const done: string[] = [];
    return { context, actions, act: (action) => done.push(action), done, ...more };
  };

  test('the first by precedence that handles a key gets it, and nobody else', () => {
    const router = new KeyRouter();
    const [global, list] = [layer('global', ['back']), layer('list', ['choose', 'clearFilter'])];
    router.add(list);
    router.add(global);
    router.type([{ key: 'escape' }]);
    expect([list.done, global.done]).toEqual([['clearFilter'], []]);
  });

  test('of two in one context, the later one; once it is gone, the earlier', async () => {
    const router = new KeyRouter();
    const [first, second] = [layer('global', ['back']), layer('global', ['back'])];
    router.add(first);
    const remove = router.add(second);
    router.type([{ key: 'escape' }]);
    remove();
    router.type([{ key: 'escape' }]);
    await vi.waitFor(() => expect([first.done, second.done]).toEqual([['back'], ['back']]));
  });

  test('what nobody wants is heard of', () => {
    const unhandled: string[] = [];
    new KeyRouter((key) => unhandled.push(key)).type([{ key: 'ctrl+c' }]);
    expect(unhandled).toEqual(['ctrl+c']);
  });

  test.each([
    ['together', [[{ key: 'enter' }, { key: 'enter' }]]],
    ['one by one, as arrows are', [[{ key: 'enter' }], [{ key: 'enter' }]]],
  ])('the next key of a chunk goes to whoever is there by then: %s', async (_, chunks) => {
    const router = new KeyRouter();
    const second = layer('list', ['choose']);
    const remove = router.add(
      layer('list', ['choose'], {
        act: () => {
          remove();
          router.add(second);
        },
      }),
    );
    for (const tokens of chunks) router.type(tokens);
    await vi.waitFor(() => expect(second.done).toEqual(['choose']));
  });

  test('text goes to who writes, keys to the others; a paste is never keys', async () => {
    const router = new KeyRouter();
    const written: string[] = [];
    const monitor = layer('monitor', ['stop', 'detach']);
    router.add(monitor);
    router.paste('s');
    router.type([{ text: 'sd' }]);
    await vi.waitFor(() => expect(monitor.done).toEqual(['stop', 'detach']));
    router.add(layer('text', [], { write: (text) => written.push(text) > 0 }));
    router.paste('s');
    router.type([{ text: 'sd' }]);
    expect(written).toEqual(['s', 'sd']);
    expect(monitor.done).toHaveLength(2);
  });
});

describe('describeKeys', () => {
  const shown = (...active: Parameters<typeof describeKeys>[0][number][]) =>
    describeKeys(active, english).map(({ action, keys }) => `${action}: ${keys.join(' ')}`);

  test('a key that an earlier context takes is left out', () => {
    expect(
      shown({ context: 'list', actions: ['choose'] }, { context: 'wizard', actions: ['next', 'more'] }),
    ).toEqual(['choose: Enter', 'more: m']);
  });

  test('where text is written, characters are no keys', () => {
    const help = { context: 'global', actions: ['help'] } as const;
    expect(shown(help)).toEqual(['help: ? Ctrl-G']);
    expect(shown(help, { context: 'text', actions: [], write: () => true })).toEqual(['help: Ctrl-G']);
  });
});

test.each([
  ['ctrl+c', 'Ctrl-C'],
  ['shift+tab', 'Shift-Tab'],
  ['escape', 'Esc'],
  ['G', 'G'],
])('%s is called %s', (key, name) => expect(nameKey(key, english)).toBe(name));

test.each(['en', 'zh'] as const)('the README list in %s has every action', (language) => {
  const strings = catalogueFor(language);
  const markdown = keysAsMarkdown(strings);
  const actions = contexts.flatMap((context) => Object.keys(bindingsOf(context)));
  expect(markdown.match(/^\| [^|\n]*`/gm)).toHaveLength(actions.length);
  expect(markdown).not.toContain('undefined');
});
