/**
 * What a key does, by where it is pressed. Bindings, footer, `?` overlay and the README's list are all made from this table; the words are in
 * the string catalogue under the same names.
 *
 * A key is a character as typed (`a`, `A`, `?`) or a name: `enter escape space tab backspace delete up down left right pageup pagedown home end`,
 * with `ctrl+` or `shift+` in front where a terminal can tell. The first key of an action is the one that is shown.
 */
export interface Binding {
  readonly keys: readonly string[];
  /** Shown in the footer while it works. Actions that people find by themselves are only in the `?` overlay. */
  readonly footer?: true;
}

/** Within a context, the order is that of the footer: what matters most comes first. */
export const keyTable = {
  wizard: {
    next: { keys: ['enter'], footer: true },
    decrease: { keys: ['left', 'h'], footer: true },
    increase: { keys: ['right', 'l'], footer: true },
    edit: { keys: ['e'], footer: true },
    more: { keys: ['m'], footer: true },
    preset: { keys: ['p'], footer: true },
    quit: { keys: ['q'], footer: true },
  },
  split: {
    accept: { keys: ['enter'], footer: true },
    nextBoundary: { keys: ['right', 'l', 'tab'], footer: true },
    previousBoundary: { keys: ['left', 'h', 'shift+tab'] },
    // With a single boundary there is none to choose, and sideways moves it as well.
    moreLayers: { keys: ['up', 'k', '+', 'right', 'l'], footer: true },
    fewerLayers: { keys: ['down', 'j', '-', 'left', 'h'], footer: true },
    optimum: { keys: ['a'], footer: true },
    undo: { keys: ['u'], footer: true },
    redo: { keys: ['U', 'ctrl+r'] },
    manyMore: { keys: ['pageup', 'K'] },
    manyFewer: { keys: ['pagedown', 'J'] },
    merge: { keys: ['x'] },
    divide: { keys: ['X'] },
    reset: { keys: ['r'], footer: true },
  },
  monitor: {
    close: { keys: ['enter'], footer: true },
    detach: { keys: ['d', 'q'], footer: true },
    checkpoint: { keys: ['c'], footer: true },
    stop: { keys: ['s'], footer: true },
    search: { keys: ['/'], footer: true },
    nextMatch: { keys: ['n'], footer: true },
    previousMatch: { keys: ['N'] },
    follow: { keys: ['f', 'end', 'G'], footer: true },
    nextPane: { keys: ['tab'], footer: true },
    log: { keys: ['l', '4'], footer: true },
    previousPane: { keys: ['shift+tab'] },
    loss: { keys: ['1'] },
    cards: { keys: ['2'] },
    pipeline: { keys: ['3'] },
    result: { keys: ['r'], footer: true },
    up: { keys: ['up', 'k'] },
    down: { keys: ['down', 'j'] },
    pageUp: { keys: ['pageup', 'ctrl+b'] },
    pageDown: { keys: ['pagedown', 'ctrl+f', 'space'] },
    first: { keys: ['home', 'g'] },
  },
  offer: {
    accept: { keys: ['enter'], footer: true },
    decline: { keys: ['q', 'escape'], footer: true },
  },
  list: {
    choose: { keys: ['enter'], footer: true },
    up: { keys: ['up', 'k'] },
    down: { keys: ['down', 'j'] },
    pageUp: { keys: ['pageup', 'ctrl+b'] },
    pageDown: { keys: ['pagedown', 'ctrl+f'] },
    first: { keys: ['home', 'g'] },
    last: { keys: ['end', 'G'] },
    clearFilter: { keys: ['escape'], footer: true },
  },
  text: {
    submit: { keys: ['enter'], footer: true },
    complete: { keys: ['tab'], footer: true },
    left: { keys: ['left', 'ctrl+b'] },
    right: { keys: ['right', 'ctrl+f'] },
    start: { keys: ['home', 'ctrl+a'] },
    end: { keys: ['end', 'ctrl+e'] },
    deleteBefore: { keys: ['backspace'] },
    deleteAfter: { keys: ['delete', 'ctrl+d'] },
    deleteWord: { keys: ['ctrl+w'] },
    clear: { keys: ['ctrl+u'] },
  },
  global: {
    back: { keys: ['escape'], footer: true },
    help: { keys: ['?', 'ctrl+g'], footer: true },
    interrupt: { keys: ['ctrl+c'] },
    leave: { keys: ['q'] },
  },
} as const satisfies Record<string, Record<string, Binding>>;

/** Where a key is pressed. */
export type KeyContext = keyof typeof keyTable;

/** What can be done there. */
export type Action<C extends KeyContext> = keyof (typeof keyTable)[C] & string;

/**
 * Who gets a key first. What is being written takes everything that can be written, so no screen's letter works in a text field;
 * `global` gets what nobody else has wanted.
 */
export const precedence: readonly KeyContext[] = [
  'text',
  'list',
  'split',
  'wizard',
  'offer',
  'monitor',
  'global',
];

/** The action of `context` that `key` stands for, among those that somebody handles. */
export function findAction(context: KeyContext, key: string, handled: (action: string) => boolean) {
  const bindings: Record<string, Binding> = keyTable[context];
  return Object.keys(bindings).find((action) => handled(action) && bindings[action]!.keys.includes(key));
}
