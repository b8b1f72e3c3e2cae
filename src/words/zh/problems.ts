import type { problems as english } from '../en/problems.ts';
import { data } from './problems/data.ts';
import { fit } from './problems/fit.ts';
import { hardware } from './problems/hardware.ts';
import { host } from './problems/host.ts';
import { recipe } from './problems/recipe.ts';
import { template } from './problems/template.ts';

export const problems: typeof english = {
  ...hardware,
  ...fit,
  ...host,
  ...data,
  ...template,
  ...recipe,
};
