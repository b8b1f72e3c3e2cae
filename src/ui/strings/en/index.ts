export { noCards } from '../../../words/en/cards.ts';
export { setup } from '../../../words/en/environments.ts';
export { errors } from '../../../words/en/errors.ts';
export { problems } from '../../../words/en/problems.ts';
export { common } from './common.ts';
export { monitor } from './monitor.ts';
export { split } from './split.ts';
export { wizard } from './wizard.ts';
