import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Conf from 'conf';
import { UserError } from '../errors.ts';
import { packageRoot } from '../package-root.ts';
import { quote } from './fields.ts';
import { type Preset, parsePreset, readPreset } from './preset.ts';
import { nearest } from './suggest.ts';

export type PresetSource = 'shipped' | 'yours';

/** One line of the list. A preset of the user's that has become invalid is listed with what is wrong, so that it can be removed. */
export type PresetEntry = { name: string; source: PresetSource } & (
  | { preset: Preset }
  | { problem: UserError }
);

export interface PresetFolders {
  /** Folder of shipped presets, one JSON file each. */
  shipped?: string;
  /** Folder of the user's `presets.json`; by default the system's configuration folder (XDG_CONFIG_HOME on Linux). */
  config?: string;
}

/** The presets that came with the program, read only, and the user's own. A name belongs to one of them: nothing shadows. */
export class PresetLibrary {
  readonly #shipped: Map<string, string>;
  readonly #own: Conf<Record<string, unknown>>;

  /** @throws UserError `presets-unreadable` when the user's file is not JSON or cannot be read */
  constructor(folders: PresetFolders = {}) {
    const shipped = folders.shipped ?? join(packageRoot(), 'presets');
    const files = readdirSync(shipped).filter((file) => file.endsWith('.json'));
    this.#shipped = new Map(
      files.sort().map((file) => [file.slice(0, -'.json'.length), join(shipped, file)]),
    );
    this.#own = openStore(folders.config);
  }

  /** Where the user's presets are kept. */
  get path(): string {
    return this.#own.path;
  }

  /** Shipped ones first, each group by name. */
  list(): PresetEntry[] {
    const shipped = [...this.#shipped.keys()].map((name) => ({ name, source: 'shipped' as const }));
    const own = Object.keys(this.#own.store)
      .sort()
      .map((name) => ({ name, source: 'yours' as const }));
    return [...shipped, ...own].map((entry) => {
      try {
        return { ...entry, preset: this.find(entry.name) };
      } catch (error) {
        if (error instanceof UserError) return { ...entry, problem: error };
        throw error;
      }
    });
  }

  /** @throws UserError `preset-not-found`, or `preset-invalid` when the user's file was edited into something else */
  find(name: string): Preset {
    const file = this.#shipped.get(name);
    if (file) return readPreset(readFileSync(file, 'utf8'), `preset ${name}`);
    if (this.#own.has(name)) return parsePreset(this.#own.get(name), `preset ${name} in ${this.path}`);
    const meant = nearest(name, [...this.#shipped.keys(), ...Object.keys(this.#own.store)]);
    throw new UserError('preset-not-found', { name: quote(name), meant: meant ?? null });
  }

  /** @throws UserError `preset-exists` rather than overwrite or hide one, `preset-invalid` */
  save(preset: Preset): void {
    parsePreset(preset, `preset ${quote(preset.name)}`);
    if (this.#shipped.has(preset.name)) {
      throw new UserError('preset-exists/shipped', { name: preset.name });
    }
    if (this.#own.has(preset.name)) {
      throw new UserError('preset-exists', { name: preset.name });
    }
    this.#own.set(preset.name, preset);
  }

  /** @throws UserError `preset-not-found`, `preset-shipped` */
  remove(name: string): void {
    if (this.#shipped.has(name)) {
      throw new UserError('preset-shipped', { name });
    }
    if (!this.#own.has(name)) this.find(name);
    this.#own.delete(name);
  }
}

function openStore(folder: string | undefined): Conf<Record<string, unknown>> {
  try {
    return new Conf({
      projectName: 'ft-wizard',
      projectSuffix: '',
      configName: 'presets',
      accessPropertiesByDotNotation: false,
      ...(folder === undefined ? {} : { cwd: folder }),
    });
  } catch (error) {
    // Conf names the file in its message; clearing it, which conf offers, would lose the user's presets.
    throw new UserError('presets-unreadable', { reason: (error as Error).message });
  }
}
