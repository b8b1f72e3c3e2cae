import { cards } from './cards.ts';
import { datasets } from './datasets.ts';
import { environments } from './environments.ts';
import { models } from './models.ts';
import { planning } from './planning.ts';
import { recipes } from './recipes.ts';
import { runs } from './runs.ts';
import { trainer } from './trainer.ts';

/** What every error says. Its code is what stands before the slash: the same to scripts, whichever way it came about. */
export const errors = {
  ...cards,
  ...models,
  ...datasets,
  ...recipes,
  ...planning,
  ...environments,
  ...runs,
  ...trainer,
};
