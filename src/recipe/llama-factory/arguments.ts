import { UserError } from '../../errors.ts';
import { quote } from '../fields.ts';

/** The arguments of a LLaMA-Factory file, each read as what LLaMA-Factory takes it for. What was never asked for is left over. */
export class Arguments {
  readonly file: string;
  readonly #written: Map<string, unknown>;
  readonly #read = new Set<string>();

  /** @param written the file's content; null, as where only a key stands, is not written at all */
  constructor(written: object, file: string) {
    this.file = file;
    this.#written = new Map(Object.entries(written).filter(([, value]) => value !== null));
  }

  /** As written; undefined where it is not. */
  value(name: string): unknown {
    this.#read.add(name);
    return this.#written.get(name);
  }

  has(name: string): boolean {
    return this.#written.has(name);
  }

  text(name: string): string | undefined {
    const value = this.value(name);
    return value === undefined ? undefined : String(value);
  }

  /** YAML as Python reads it takes `1e-4` for text, so that people's files have numbers in both forms. */
  number(name: string): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    throw new UserError('bad-llama-factory/no-number', this.#about(name, value));
  }

  flag(name: string): boolean | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'boolean') return value;
    if (/^(true|yes|on|1)$/i.test(String(value))) return true;
    if (/^(false|no|off|0)$/i.test(String(value))) return false;
    throw new UserError('bad-llama-factory/no-flag', this.#about(name, value));
  }

  /** Names separated by commas, or a list of them. */
  names(name: string): string[] | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const names = (Array.isArray(value) ? value : String(value).split(',')).map((item) =>
      String(item).trim(),
    );
    return names.filter((item) => item !== '');
  }

  /** What nobody has asked for, but for what is turned off: false, 0 or empty. */
  rest(): [name: string, value: unknown][] {
    return [...this.#written].filter(([name, value]) => !this.#read.has(name) && Boolean(value));
  }

  #about(argument: string, value: unknown) {
    return { file: this.file, argument, value: quote(value) };
  }
}
