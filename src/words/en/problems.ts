import { data } from './problems/data.ts';
import { fit } from './problems/fit.ts';
import { hardware } from './problems/hardware.ts';
import { host } from './problems/host.ts';
import { recipe } from './problems/recipe.ts';
import { template } from './problems/template.ts';

/** What can be wrong with a plan, by the concerns of `plan/checks`. */
export const problems = {
  ...hardware,
  ...fit,
  ...host,
  ...data,
  ...template,
  ...recipe,
};
