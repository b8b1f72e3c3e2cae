import { useInput, usePaste } from 'ink';
import {
  createContext,
  type ReactNode,
  use,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import type { ActiveKeys } from './describe.ts';
import { KeyRouter } from './router.ts';
import type { Action, KeyContext } from './table.ts';
import { readTokens } from './tokens.ts';

const RouterContext = createContext<KeyRouter | null>(null);
const PausedContext = createContext(false);

/** Below it, no keys work while `paused`: it is covered by something else. */
export function KeysPaused({ paused, children }: { paused: boolean; children: ReactNode }) {
  return <PausedContext value={use(PausedContext) || paused}>{children}</PausedContext>;
}

/** The one place where keys come in. @param onUnhandled hears of keys that nobody wanted, by name */
export function KeysProvider({
  onUnhandled,
  children,
}: {
  onUnhandled?: (key: string) => void;
  children: ReactNode;
}) {
  // An update that is asked for after a key's own is shown with or after them: then the next key may come.
  const [settled, setSettled] = useState<() => void>();
  useLayoutEffect(() => {
    if (settled) setImmediate(settled);
  }, [settled]);
  const [router] = useState(() => new KeyRouter(onUnhandled, (then) => setSettled(() => then)));
  useInput((input, key) => router.type(readTokens(input, key)));
  usePaste((text) => router.paste(text));
  return <RouterContext value={router}>{children}</RouterContext>;
}

/** What is done for the actions of a context; the keys of an action without a handler are free for others. */
export type Handlers<C extends KeyContext> = { [A in Action<C>]?: (() => void) | undefined };

export interface KeysOptions {
  /** Default: true. */
  active?: boolean;
  /** Takes text that is written or pasted; false leaves it to others, as key presses. */
  write?: (text: string) => boolean;
}

/**
 * Does something when keys are pressed. Which keys, and what footer and help say about them, is in the key table.
 *
 * @example useKeys('split', { moreLayers: () => move(1), undo: history.length > 0 ? undo : undefined });
 */
export function useKeys<C extends KeyContext>(
  context: C,
  handlers: Handlers<C>,
  { active = true, write }: KeysOptions = {},
): void {
  const router = useRouter();
  const working = !use(PausedContext) && active;
  const latest = useRef({ handlers, write });
  useLayoutEffect(() => {
    latest.current = { handlers, write };
  });

  const all: Record<string, (() => void) | undefined> = handlers;
  const actions = Object.keys(all)
    .filter((action) => all[action])
    .join(' ');
  const writes = write !== undefined;
  // In a layout effect, so that the next key of the same chunk already finds the new handlers.
  useLayoutEffect(() => {
    if (!working) return;
    return router.add({
      context,
      actions: actions === '' ? [] : actions.split(' '),
      act: (action) => (latest.current.handlers as typeof all)[action]?.(),
      ...(writes && { write: (text) => latest.current.write?.(text) ?? false }),
    });
  }, [router, context, actions, working, writes]);
}

/** What can be done now, by precedence; follows every change. */
export function useActiveKeys(): readonly ActiveKeys[] {
  const router = useRouter();
  return useSyncExternalStore(router.subscribe, () => router.layers);
}

function useRouter(): KeyRouter {
  const router = use(RouterContext);
  if (!router) throw new Error('useKeys needs a <KeysProvider> around it');
  return router;
}
