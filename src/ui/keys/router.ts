import { findAction, type KeyContext, precedence } from './table.ts';
import { keysOf, type Token } from './tokens.ts';

/** Somebody who wants keys. */
export interface Layer {
  context: KeyContext;
  /** Actions that are handled now, in any order. */
  actions: readonly string[];
  /** Does it. Called with one of `actions`. */
  act: (action: string) => void;
  /** Takes text that is written or pasted; false leaves it to others, as key presses. */
  write?: (text: string) => boolean;
}

/** Hands every key to the one layer that it is for. */
export class KeyRouter {
  /** Those who want keys now, by precedence; of two in the same context, the later one goes first. */
  layers: readonly Layer[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #queue: Token[] = [];
  /** A key was handed over, and what it leads to may not be there yet. */
  #settling = false;
  readonly #onUnhandled: (key: string) => void;
  readonly #settle: (settled: () => void) => void;

  /**
   * @param onUnhandled hears of keys that no layer wanted
   * @param settle calls back once everything that a key has led to is there
   */
  constructor(
    onUnhandled: (key: string) => void = () => {},
    settle: (settled: () => void) => void = setImmediate,
  ) {
    this.#onUnhandled = onUnhandled;
    this.#settle = settle;
  }

  /** @returns a function that takes the layer away again */
  add(layer: Layer): () => void {
    const rank = (other: Layer) => precedence.indexOf(other.context);
    this.#set([layer, ...this.layers].sort((a, b) => rank(a) - rank(b)));
    return () => this.#set(this.layers.filter((other) => other !== layer));
  }

  /** For `useSyncExternalStore`. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /**
   * Takes what was typed. Each key acts on what the one before it has led to: between two, React gets its turn, so that Enter three
   * times in one chunk answers three questions. Ink hands over some keys of a chunk together and others, such as arrows, one by one.
   */
  type(tokens: Token[]): void {
    this.#queue.push(...tokens);
    if (!this.#settling) this.#next();
  }

  /** Pasted text is for whoever is writing; it never acts as keys. */
  paste(text: string): void {
    for (const layer of this.layers) {
      if (layer.write?.(text)) return;
    }
  }

  #next(): void {
    const token = this.#queue[0];
    if (!token) return;
    if ('text' in token && !this.layers.some((layer) => layer.write?.(token.text))) {
      this.#queue.splice(0, 1, ...keysOf(token.text).map((key) => ({ key })));
      this.#next();
      return;
    }
    if ('key' in token) this.#press(token.key);
    this.#queue.shift();
    this.#settling = true;
    this.#settle(() => {
      this.#settling = false;
      this.#next();
    });
  }

  #press(key: string): void {
    for (const layer of this.layers) {
      const action = findAction(layer.context, key, (name) => layer.actions.includes(name));
      if (action) {
        layer.act(action);
        return;
      }
    }
    this.#onUnhandled(key);
  }

  #set(layers: Layer[]): void {
    this.layers = layers;
    for (const listener of this.#listeners) listener();
  }
}
