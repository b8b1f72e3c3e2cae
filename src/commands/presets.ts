import { writeFileSync } from 'node:fs';
import { UserError } from '../errors.ts';
import type { Preset } from '../recipe/preset.ts';
import { PresetLibrary } from '../recipe/presets.ts';
import { checkPrintable, forExport, readForeignPreset, readSmallFile } from '../recipe/travel.ts';
import type { Output } from './output.ts';
import { draftRecipe, type RecipeOptions } from './recipe-options.ts';
import { formatTable, indent } from './text/table.ts';
import { tellTranslation } from './text/translation.ts';

/** `presets list` */
export async function listPresets(output: Output): Promise<void> {
  const entries = new PresetLibrary().list();
  for (const entry of entries) {
    const detail = 'preset' in entry ? entry.preset : { problem: entry.problem.message };
    output.emit({ ...detail, name: entry.name, source: entry.source });
  }
  if (output.json) return;
  const rows = entries.map((entry) => [
    entry.name,
    entry.source,
    ('preset' in entry && entry.preset.cards) || '-',
    'preset' in entry ? entry.preset.description : `Broken: ${entry.problem.message}`,
  ]);
  output.say(formatTable(['name', 'from', 'cards', 'what it is'], rows, [], output.paint, output.columns));
}

/** `presets show NAME` */
export async function showPreset(name: string, output: Output): Promise<void> {
  const preset = new PresetLibrary().find(name);
  output.emit(preset);
  if (output.json) return;
  const settings = settingsOf(preset.recipe);
  const width = Math.max(...settings.map(([path]) => path.length));
  output.say(`${output.paint('bold', preset.name)}: ${preset.description}`);
  if (preset.cards) output.say(`Made for ${preset.cards}.`);
  output.say(indent(settings.map(([path, value]) => `${path.padEnd(width)}  ${value}`).join('\n')));
  const open = ['model', 'dataset'].filter((field) => !Object.hasOwn(preset.recipe, field));
  if (open.length > 0) output.say(`Left open, to be given: ${open.map((field) => `--${field}`).join(', ')}`);
}

/** Every setting a recipe spells out, as `--set` takes them. */
function settingsOf(group: object, prefix = ''): [path: string, value: string][] {
  return Object.entries(group).flatMap(([key, value]) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? settingsOf(value, `${prefix}${key}.`)
      : [[`${prefix}${key}`, typeof value === 'string' ? value : JSON.stringify(value)] as [string, string]],
  );
}

/** `presets save NAME`, from another preset, flags, or both. */
export async function savePreset(
  name: string,
  options: RecipeOptions & { description?: string; cards?: string },
  output: Output,
): Promise<void> {
  const library = new PresetLibrary();
  const { draft, preset: base } = draftRecipe(options, library);
  const cards = options.cards ?? base?.cards;
  keep(library, output, {
    name,
    description: options.description ?? base?.description ?? 'A preset of mine.',
    ...(cards === undefined ? {} : { cards }),
    recipe: draft,
  });
}

/** `presets import FILE`; a preset of someone else's is held to the rules of src/recipe/travel.ts. */
export async function importPreset(file: string, options: { as?: string }, output: Output): Promise<void> {
  const text = await readSmallFile(file);
  const { importLlamaFactory, isLlamaFactory } = await import('../recipe/llama-factory/import.ts');
  if (!isLlamaFactory(file, text)) {
    const preset = readForeignPreset(text, file);
    keep(new PresetLibrary(), output, { ...preset, name: options.as ?? preset.name });
    return;
  }
  const { preset, ...translation } = await importLlamaFactory(text, file, process.cwd());
  checkPrintable(preset, file);
  keep(new PresetLibrary(), output, { ...preset, name: options.as ?? preset.name }, translation);
  output.say(tellTranslation(translation, output.columns, output.paint));
}

/** @param about what else programs are told of it */
function keep(library: PresetLibrary, output: Output, preset: Preset, about: object = {}): void {
  library.save(preset);
  output.emit({ ...preset, path: library.path, ...about });
  output.say(`Saved as ${preset.name} in ${library.path}. Use it with: ft-wizard --preset ${preset.name}`);
}

/** `presets export NAME`, to a new file or to stdout. */
export async function exportPreset(name: string, options: { to?: string }, output: Output): Promise<void> {
  const { preset, leftOut } = forExport(new PresetLibrary().find(name));
  const text = `${JSON.stringify(preset, null, 2)}\n`;
  if (options.to === undefined) process.stdout.write(text);
  else writeNewFile(options.to, text);
  if (leftOut.length > 0) {
    process.stderr.write(
      `Left out, because it only means something on this machine: ${leftOut.join(', ')}\n`,
    );
  }
  if (options.to !== undefined) output.say(`Written to ${options.to}.`);
}

function writeNewFile(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError('cannot-write', { file, reason: code === 'EEXIST' ? null : String(code) });
  }
}

/** `presets rm NAME` */
export async function removePreset(name: string, output: Output): Promise<void> {
  new PresetLibrary().remove(name);
  output.emit({ removed: name });
  output.say(`Removed ${name}.`);
}
