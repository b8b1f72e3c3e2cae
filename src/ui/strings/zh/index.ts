export { noCards } from '../../../words/zh/cards.ts';
export { setup } from '../../../words/zh/environments.ts';
export { errors } from '../../../words/zh/errors.ts';
export { problems } from '../../../words/zh/problems.ts';
export { common } from './common.ts';
export { monitor } from './monitor.ts';
export { split } from './split.ts';
export { wizard } from './wizard.ts';
