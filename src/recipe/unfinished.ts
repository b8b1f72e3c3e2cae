import Conf from 'conf';
import { draftSchema, type RecipeDraft } from './parse.ts';

/** Answers of a wizard that was left before its end. */
export interface Unfinished {
  recipe: RecipeDraft;
  /** The cards are left aside, as for the demo. */
  onCpu: boolean;
  /** ISO 8601. */
  saved: string;
}

/** Keeps the answers of the last wizard that was left midway, for the next one to offer. One set: the newest. */
export class UnfinishedStore {
  readonly #store: Conf<Partial<Unfinished>>;

  /** @param folder by default the system's configuration folder (XDG_CONFIG_HOME on Linux) */
  constructor(folder?: string) {
    this.#store = new Conf<Partial<Unfinished>>({
      projectName: 'ft-wizard',
      projectSuffix: '',
      configName: 'unfinished',
      // It is a convenience: a file that was damaged is as good as none.
      clearInvalidConfig: true,
      ...(folder === undefined ? {} : { cwd: folder }),
    });
  }

  /** null where there is none, or none that this version understands. */
  read(): Unfinished | null {
    const { recipe, saved, onCpu = false } = this.#store.store;
    if (recipe === undefined || saved === undefined || Object.keys(recipe).length === 0) return null;
    return draftSchema.safeParse(recipe).success ? { recipe, onCpu: onCpu === true, saved } : null;
  }

  write({ recipe, onCpu }: Omit<Unfinished, 'saved'>): void {
    this.#store.store = { recipe, onCpu, saved: new Date().toISOString() };
  }

  clear(): void {
    this.#store.clear();
  }
}
