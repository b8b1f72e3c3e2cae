// Writes the JSON Schemas that the Python side validates with: the zod schemas in src/ are the one source.
// With --check it writes nothing and fails when one is stale.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { dataSummarySchema } from '../src/dataset/schema.ts';
import { planSchema } from '../src/plan/schema.ts';
import { recipeSchema } from '../src/recipe/schema.ts';
import { eventSchema } from '../src/run/events.ts';
import { statusSchema } from '../src/run/status.ts';

/** JSON Schema of every contract by file name. */
export function schemas(): Record<string, string> {
  const contracts = {
    recipe: recipeSchema,
    plan: planSchema,
    data: dataSummarySchema,
    event: eventSchema,
    status: statusSchema,
  };
  return Object.fromEntries(
    Object.entries(contracts).map(([name, schema]) => [
      `${name}.json`,
      `${JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), null, 2)}\n`,
    ]),
  );
}

if (import.meta.main) {
  const folder = new URL('../python/ft_trainer/schema/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(schemas())) {
    const file = new URL(name, folder);
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    if (process.argv.includes('--check')) {
      console.error(`python/ft_trainer/schema/${name} is not what src/ says.`);
      process.exitCode = 1;
    } else {
      writeFileSync(file, text);
      console.log(`wrote python/ft_trainer/schema/${name}`);
    }
  }
}
