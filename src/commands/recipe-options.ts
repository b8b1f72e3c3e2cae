import { parseRecipe, type RecipeDraft } from '../recipe/parse.ts';
import type { Preset } from '../recipe/preset.ts';
import { PresetLibrary } from '../recipe/presets.ts';
import type { Recipe } from '../recipe/schema.ts';
import { applySettings } from '../recipe/settings.ts';

/** The flags that say what is wanted; the same for every planning command. */
export interface RecipeOptions {
  preset?: string;
  model?: string;
  dataset?: string[];
  method?: string;
  set?: string[];
}

/**
 * What preset and flags add up to: the preset, over it --model, --dataset and --method, over these --set.
 *
 * @throws UserError for a preset that does not exist or a setting that is wrong
 */
export function draftRecipe(
  options: RecipeOptions,
  library = new PresetLibrary(),
): { draft: RecipeDraft; preset: Preset | null } {
  const preset = options.preset === undefined ? null : library.find(options.preset);
  const draft: RecipeDraft = { ...preset?.recipe };
  if (options.model !== undefined) draft.model = options.model;
  const [file, ...more] = options.dataset ?? [];
  if (file !== undefined) draft.dataset = more.length === 0 ? file : [file, ...more];
  const flags = options.method === undefined ? [] : [`method=${options.method}`];
  return { draft: applySettings(draft, [...flags, ...(options.set ?? [])]), preset };
}

/** The complete recipe. @throws UserError as `draftRecipe`, or when the model is left open */
export function completeRecipe(options: RecipeOptions): { recipe: Recipe; preset: Preset | null } {
  const { draft, preset } = draftRecipe(options);
  return { recipe: parseRecipe(draft, preset ? `preset ${preset.name}` : 'the recipe'), preset };
}
