import { expect, test } from 'vitest';
import { plain } from '../../../src/commands/text/paint.ts';
import { paragraph } from '../../../src/commands/text/paragraph.ts';
import { formatPlan } from '../../../src/commands/text/plan.ts';
import { examplePlan } from './example-plan.ts';

test('a plan that fits', () => {
  expect(formatPlan(examplePlan, plain)).toMatchInlineSnapshot(`
    "/models/13b: LoRA r=256 on q_proj, v_proj, fp16; 1f1b with 16 micro-batches of 1

      stage  card         layers  count  predicted      free  headroom
          0  0 Tesla P40    0-19     20   15.1 GiB  22.4 GiB   7.3 GiB
          1  1 Tesla P40   20-39     20   16.0 GiB  22.4 GiB   6.4 GiB

    What it consists of, GiB
      stage  weights  trainables  gradients  optimizer  activations  logits  buffers  context
          0     12.0         0.4        0.4        0.8          1.0     0.0      0.0      0.4
          1     12.0         0.4        0.4        0.8          1.0     1.0      0.0      0.4

    Precision    fp16: Tesla P40 has compute capability 6.1, and bf16 needs 8.0.
    Activations  recomputed in the backward pass
    Speed        about 412 tokens/s, 40 s a step, cards busy 94 % of it
    Host         2.0 GiB of RAM, 5.0 GiB of disk

    Assumed
      - Every row is taken at 1024 tokens: no dataset was read.

    It fits."
  `);
});

test('a plan that does not, over two replicas, names what stands in the way and the way out', () => {
  const [first, second] = examplePlan.stages;
  const text = formatPlan(
    {
      ...examplePlan,
      fits: false,
      dataParallel: 2,
      stages: [{ ...first!, capacityBytes: 8 * 2 ** 30 }, second!],
      ranks: [
        ...examplePlan.ranks,
        ...examplePlan.ranks.map((rank) => ({
          ...rank,
          rank: rank.rank + 2,
          replica: 1,
          gpu: { ...rank.gpu!, index: rank.rank + 2 },
        })),
      ],
      assumed: [],
      problems: [
        {
          code: 'wont-fit',
          severity: 'error',
          message: 'Stage 0 needs 15.1 GiB and card 0 has 8.0 GiB free.',
          fix: 'Lower cutoffLength to 512.',
        },
        {
          code: 'slow-link',
          severity: 'warning',
          message: 'Card 1 hangs on 4 lanes.',
          fix: 'Move it to a wider slot.',
        },
      ],
    },
    plain,
  );
  expect(text).toContain('0 Tesla P40 + 2 Tesla P40');
  expect(text).toContain('-7.1 GiB');
  expect(text).not.toContain('Assumed');
  expect(text.slice(text.indexOf('Error:'))).toMatchInlineSnapshot(`
    "Error: Stage 0 needs 15.1 GiB and card 0 has 8.0 GiB free.
      Fix: Lower cutoffLength to 512.
    Warning: Card 1 hangs on 4 lanes.
      Fix: Move it to a wider slot.

    It cannot run like this."
  `);
});

test('CPU ranks show no card, and no kind of memory that none of them has', () => {
  const stages = examplePlan.stages.map((stage) => ({
    ...stage,
    name: 'CPU',
    breakdown: { ...stage.breakdown, context: 0 },
  }));
  const ranks = examplePlan.ranks.map((rank) => ({ ...rank, gpu: null }));
  const text = formatPlan({ ...examplePlan, device: 'cpu', stages, ranks }, plain);
  expect(text).toMatch(/^ +0 +CPU +0-19 +20/m);
  expect(text).not.toContain('context');
});

test('freeze', () => {
  const training = { ...examplePlan.training, method: 'freeze' as const, lora: null, freeze: { layers: 2 } };
  expect(formatPlan({ ...examplePlan, training }, plain)).toMatch(
    /^\/models\/13b: the last 2 of 40 layers, fp16; 1f1b/,
  );
});

test('a picture stands for the table, and what it consists of has a column for each of its columns', () => {
  const text = formatPlan(examplePlan, plain, { picture: '[picture]' });
  expect(text).toContain('[picture]');
  expect(text).not.toContain('headroom');
  expect(text).toMatch(/ stage +0 +1\n +weights +12\.0 +12\.0\n/);
});

test('on a terminal, sentences are broken between words and go on below their beginning', () => {
  const problem = {
    code: 'wont-fit',
    severity: 'error' as const,
    message: 'It does not fit: card 0 (Tesla P40) needs 24.4 GiB for layers 0 to 39 and has 22.4 GiB free.',
    fix: 'Any one of these fits: set microBatchSize=1, set cutoffLength=512 or use 3 Tesla P40 instead of 2.',
  };
  const text = formatPlan({ ...examplePlan, fits: false, problems: [problem] }, plain, { columns: 60 });
  expect(text.slice(text.indexOf('Error:'), text.indexOf('\n\nIt cannot'))).toMatchInlineSnapshot(`
    "Error: It does not fit: card 0 (Tesla P40) needs 24.4 GiB
           for layers 0 to 39 and has 22.4 GiB free.
      Fix: Any one of these fits: set microBatchSize=1, set
           cutoffLength=512 or use 3 Tesla P40 instead of 2."
  `);
  expect(text).toContain('\n  - Every row is taken at 1024 tokens: no dataset was read.\n');
});

test('Chinese is broken anywhere, and its characters count for two columns', () => {
  expect(paragraph('数据: ', '四个汉字占八列四个汉字占八列', 26)).toBe(
    '数据: 四个汉字占八列四个汉\n      字占八列',
  );
});
