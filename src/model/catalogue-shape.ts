import { buildShape } from './build.ts';
import type { CatalogueModel } from './catalogue.ts';
import { parseModelConfig } from './config.ts';
import type { ModelShape } from './shape.ts';

/**
 * The shape of a model that is known by name.
 *
 * @param source what the user wrote
 * @param layers how many it is to have; by default all of them
 */
export function catalogueShape(
  { name, config }: CatalogueModel,
  { source = name, layers = config.num_hidden_layers } = {},
): ModelShape {
  const text = JSON.stringify({ ...config, num_hidden_layers: layers });
  return buildShape(parseModelConfig(text, `the catalogue's ${name}`), {
    source,
    path: null,
    weights: null,
    tokenizer: null,
  });
}
