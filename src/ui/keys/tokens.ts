import type { Key } from 'ink';

/** One thing that came from the keyboard: a key by name (src/ui/keys/table.ts), or text. */
export type Token = { key: string } | { text: string };

/**
 * What was typed, key by key. Over a slow line several presses arrive as one chunk (`jjj`, or Enter three times), which Ink hands over
 * as one input.
 *
 * @param input and @param key as Ink's `useInput` reports them
 */
export function readTokens(input: string, key: Key): Token[] {
  if (key.eventType === 'release') return [];
  const name = namedKey(key);
  if (name) return [{ key: key.shift && name === 'tab' ? 'shift+tab' : name }];
  if (key.ctrl) return [{ key: `ctrl+${input}` }];
  if (key.meta || input === '') return [];
  return input
    .split(/(\p{Cc})/u)
    .filter((piece) => piece !== '')
    .map((piece) => (/\p{Cc}/u.test(piece) ? { key: controlKey(piece) } : { text: piece }));
}

/** How a terminal sends Enter, Tab and letters with Ctrl: as the control character of that number. */
function controlKey(character: string): string {
  if (character === '\r' || character === '\n') return 'enter';
  if (character === '\t') return 'tab';
  return `ctrl+${String.fromCharCode(character.charCodeAt(0) + 96)}`;
}

/** Text that nobody is writing is key presses. */
export function keysOf(text: string): string[] {
  return [...text].map((character) => (character === ' ' ? 'space' : character));
}

const names = {
  upArrow: 'up',
  downArrow: 'down',
  leftArrow: 'left',
  rightArrow: 'right',
  pageUp: 'pageup',
  pageDown: 'pagedown',
  home: 'home',
  end: 'end',
  return: 'enter',
  escape: 'escape',
  tab: 'tab',
  backspace: 'backspace',
  delete: 'delete',
} as const satisfies Partial<Record<keyof Key, string>>;

function namedKey(key: Key): string | undefined {
  const pressed = (Object.keys(names) as (keyof typeof names)[]).find((flag) => key[flag]);
  return pressed && names[pressed];
}
