import { expect, test } from 'vitest';
import { summarize } from '../../../src/ui/monitor/summary.ts';
import { catalogueFor } from '../../../src/ui/strings/catalogue.ts';
import { endedState, trainingState } from './recorded.ts';

const input = {
  strings: catalogueFor('en'),
  run: { id: 'x', path: '/runs/x', logFile: '/runs/x/trainer.log' },
  program: 'npx ft-wizard',
  rescue: null,
};

test('what stays on the main screen', () => {
  expect(summarize(trainingState(), input)).toMatchInlineSnapshot(`
    "Run x goes on. Step 25 of 30, last loss 0.2223.
    It is in /runs/x
    Come back with: npx ft-wizard attach x"
  `);
  expect(summarize(endedState('done'), input)).toMatchInlineSnapshot(`
    "Run x: Finished. Step 30 of 30, last loss 0.2288.
    It is in /runs/x
    The result: /runs/20261125-0034-demo/output
    Talk to it with: npx ft-wizard chat x"
  `);
  expect(summarize(endedState('failed', 'A card ran out of memory.'), input)).toMatchInlineSnapshot(`
    "Run x: Failed. Step 30 of 30, last loss 0.2288.
    A card ran out of memory.
    It is in /runs/x
    The result: /runs/20261125-0034-demo/output
    The whole log: /runs/x/trainer.log
    Go on with: npx ft-wizard resume x"
  `);
  expect(summarize({ ...endedState('failed'), done: null, checkpoint: null }, input)).toMatchInlineSnapshot(`
    "Run x: Failed. Step 30 of 30, last loss 0.2288.
    It is in /runs/x
    The whole log: /runs/x/trainer.log
    There is no checkpoint; begin again with: npx ft-wizard resume x"
  `);
});

test('why it failed is told in the language of the screen', () => {
  const state = endedState('failed', 'The system killed the trainer.');
  const lifecycle = { ...state.lifecycle!, cause: { key: 'killed-by-system', about: null } };
  const chinese = summarize({ ...state, lifecycle }, { ...input, strings: catalogueFor('zh') });
  expect(chinese).toContain('\n系统结束了训练程序（SIGKILL）');
  expect(chinese).not.toContain('The system killed');
});
