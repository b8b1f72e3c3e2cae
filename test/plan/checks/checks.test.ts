import { describe, expect, test } from 'vitest';
import { parseCardSpec } from '../../../src/hardware/spec.ts';
import { loadModelShape } from '../../../src/model/load.ts';
import type { PlanInput } from '../../../src/plan/input.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import {
  card,
  cards,
  dataOf,
  diskOf,
  GiB,
  llama,
  p40,
  planInput,
  problemIn,
  smallLlama,
} from '../fixtures.ts';

const codes = (input: PlanInput) => makePlan(input).problems.map((each) => each.code);

test('nothing is wrong with a sound plan', () => {
  const data = dataOf(Array(200).fill(300));
  expect(makePlan(planInput({}, { data, disk: diskOf(100e9), model: smallLlama }))).toMatchObject({
    fits: true,
    problems: [],
  });
});

test('an error makes the plan not fit, a warning does not', () => {
  const refused = makePlan(planInput({ precision: 'bf16' }, { cards: cards(2, p40) }));
  expect(refused.fits).toBe(false);
  expect(refused.problems[0]).toMatchObject({ code: 'bf16-unsupported', severity: 'error' });
  expect(refused.stages).toHaveLength(2);
  const warned = makePlan(planInput({ batchSize: 1, split: '20,20' }));
  expect(warned.problems.map((each) => each.severity)).toContain('warning');
  expect(warned.fits).toBe(true);
});

describe('wont-fit', () => {
  test('names each card that is too small, and by how much', () => {
    const found = problemIn(planInput({}, { cards: cards(1) }), 'wont-fit')!;
    expect(found.severity).toBe('error');
    expect(found.message).toMatch(/card 0 \(NVIDIA GeForce RTX 3090\) needs 2\d\.\d GiB for layers 0 to 39/);
    expect(found.message).toMatch(/\d\.\d GiB too little/);
  });

  test('first what takes time only', () => {
    const input = planInput({ microBatchSize: 2, cutoffLength: 2048, checkpointing: 'none' });
    const { fix } = problemIn(input, 'wont-fit')!;
    expect(fix).toBe('This fits: set checkpointing=full.');
    expect(makePlan({ ...input, recipe: { ...input.recipe, checkpointing: 'full' } }).fits).toBe(true);
  });

  test('then, on top of it, the mildest of each other kind', () => {
    const input = planInput({ microBatchSize: 8, batchSize: 64, cutoffLength: 4096, checkpointing: 'none' });
    const { fix } = problemIn(input, 'wont-fit')!;
    const fits = (change: object) =>
      makePlan({ ...input, recipe: { ...input.recipe, checkpointing: 'full', ...change } }).fits;
    const microBatchSize = Number(/checkpointing=full and microBatchSize=(\d+)/.exec(fix)?.[1]);
    expect([fits({ microBatchSize }), fits({ microBatchSize: 2 * microBatchSize })]).toEqual([true, false]);
    const cutoffLength = Number(/checkpointing=full and cutoffLength=(\d+)/.exec(fix)?.[1]);
    expect([fits({ cutoffLength }), fits({ cutoffLength: cutoffLength + 64 })]).toEqual([true, false]);
  });

  test('LoRA on fewer layers, where that leaves rows longer', async () => {
    const box = { model: await loadModelShape('tigerbot-70b'), cards: parseCardSpec('6x3090') };
    const input = planInput({}, box);
    const { fix } = problemIn(input, 'wont-fit')!;
    const alone = Number(/set cutoffLength=(\d+)/.exec(fix)?.[1]);
    const fewer = Number(/set lora.targets=qv and cutoffLength=(\d+)/.exec(fix)?.[1]);
    expect(fewer).toBeGreaterThan(alone);
    const lora = { ...input.recipe.lora, targets: 'qv' as const };
    const fits = (cutoffLength: number) =>
      makePlan({ ...input, recipe: { ...input.recipe, lora, cutoffLength } }).fits;
    expect([fits(fewer), fits(fewer + 64)]).toEqual([true, false]);
  });

  test('a lower rank, with its alpha', () => {
    const input = planInput({ lora: { rank: 1024, alpha: 2048 } });
    const { fix } = problemIn(input, 'wont-fit')!;
    const [, rank, alpha] = /lora\.rank=(\d+) and lora\.alpha=(\d+)/.exec(fix)!.map(Number);
    expect(alpha).toBe(2 * rank!);
    const fits = (r: number) =>
      makePlan({ ...input, recipe: { ...input.recipe, lora: { ...input.recipe.lora, rank: r } } }).fits;
    expect([fits(rank!), fits(2 * rank!)]).toEqual([true, false]);
  });

  test('more cards, counted', () => {
    const input = planInput({}, { cards: cards(1) });
    expect(problemIn(input, 'wont-fit')!.fix).toBe('This fits: use 2 NVIDIA GeForce RTX 3090 instead of 1.');
    expect(makePlan({ ...input, cards: cards(2) }).fits).toBe(true);
  });

  test('a split of the user may be all that is wrong', () => {
    expect(problemIn(planInput({ split: '39,1' }), 'wont-fit')!.fix).toContain('set split=auto');
  });

  test('fewer layers for freeze', () => {
    const input = planInput({ method: 'freeze', freeze: { layers: 12 } });
    const { fix } = problemIn(input, 'wont-fit')!;
    const layers = Number(/freeze.layers=(\d+)/.exec(fix)?.[1]);
    const fits = (count: number) =>
      makePlan({ ...input, recipe: { ...input.recipe, freeze: { layers: count } } }).fits;
    expect([fits(layers), fits(layers + 1)]).toEqual([true, false]);
  });

  test('several changes together where no single one is enough', () => {
    const model = llama({ layers: 72 });
    const input = planInput(
      { microBatchSize: 64, batchSize: 64, cutoffLength: 4096, checkpointing: 'none' },
      { model },
    );
    expect(problemIn(input, 'wont-fit')!.fix).toMatch(
      /checkpointing=full, microBatchSize=1 and cutoffLength=\d+/,
    );
  });

  test('says so when nothing helps', () => {
    const model = llama({ hidden: 40960, intermediate: 138240, layers: 4, heads: 320, kvHeads: 320 });
    expect(problemIn(planInput({}, { model }), 'wont-fit')!.fix).toContain('Choose a smaller model');
  });
});

test('tight-fit where only estimates are left of the room', () => {
  const roomy = planInput({ checkpointing: 'full' });
  const need = Math.max(...makePlan(roomy).stages.map((stage) => stage.predictedBytes));
  const box = [0, 1].map((index) => card(index, { freeBytes: need + 0.1e9 }));
  expect(codes({ ...roomy, cards: box })).toContain('tight-fit');
  expect(codes(roomy)).not.toContain('tight-fit');
});

test('mig-enabled cards are refused', () => {
  const found = problemIn(planInput({}, { cards: [card(0), card(1, { migEnabled: true })] }), 'mig-enabled')!;
  expect(found.severity).toBe('error');
  expect(found.message).toContain('card 1');
});

test('memory-held names the card and who holds it', () => {
  const processes = [{ pid: 4711, name: 'python', usedBytes: 8 * GiB }];
  const held = card(1, { freeBytes: 15 * GiB, processes });
  const found = problemIn(planInput({}, { cards: [card(0), held] }), 'memory-held')!;
  expect(found).toMatchObject({ severity: 'warning' });
  expect(found.message).toContain('9.0 GiB of card 1 (NVIDIA GeForce RTX 3090) by python (pid 4711)');
  expect(codes(planInput())).not.toContain('memory-held');
});

test.each([
  [{ batchSize: 10, microBatchSize: 4 }, 'batchSize=8 or 12'],
  [{ batchSize: 2, microBatchSize: 4 }, 'batchSize=4'],
  [{ batchSize: 9, dataParallel: 2 }, 'batchSize=8 or 10'],
])('batch-size %j', (recipe, fix) => {
  const found = problemIn(planInput(recipe, { model: smallLlama }), 'batch-size')!;
  expect(found.severity).toBe('error');
  expect(found.fix).toContain(fix);
});

describe('data', () => {
  test('batch-exceeds-dataset', () => {
    const found = problemIn(planInput({}, { data: dataOf(Array(10).fill(100)) }), 'batch-exceeds-dataset')!;
    expect(found).toMatchObject({ severity: 'warning', fix: 'Set batchSize to 10 or less.' });
  });

  test('rows-truncated says how many and what would hold them', () => {
    const data = dataOf([...Array(95).fill(100), ...Array(5).fill(1500)]);
    const found = problemIn(planInput({}, { data }), 'rows-truncated')!;
    expect(found.message).toContain('5 of 100 rows (5 %)');
    expect(found.fix).toContain('cutoffLength=1500');
    expect(codes(planInput({ cutoffLength: 2048 }, { data }))).not.toContain('rows-truncated');
    expect(codes(planInput({}, { data: dataOf([...Array(999).fill(100), 1500]) }))).not.toContain(
      'rows-truncated',
    );
  });

  test('cutoff-beyond-positions', () => {
    expect(codes(planInput({ cutoffLength: 8192 }, { model: smallLlama }))).toContain(
      'cutoff-beyond-positions',
    );
    const short = dataOf(Array(50).fill(100));
    expect(codes(planInput({ cutoffLength: 8192 }, { model: smallLlama, data: short }))).not.toContain(
      'cutoff-beyond-positions',
    );
  });
});

test('pipeline-bubble when there are few micro-batches for the stages', () => {
  const found = problemIn(
    planInput({ batchSize: 2, split: '10,10,10,10' }, { cards: cards(4) }),
    'pipeline-bubble',
  )!;
  expect(found.severity).toBe('warning');
  expect(found.message).toContain('at most 40 %');
  expect(found.fix).toContain('batchSize=16');
  expect(codes(planInput({ batchSize: 16, split: '10,10,10,10' }, { cards: cards(4) }))).not.toContain(
    'pipeline-bubble',
  );
});

test('nccl-without-cards', () => {
  expect(problemIn(planInput({ transport: 'nccl' }, { device: 'cpu' }), 'nccl-without-cards')).toMatchObject({
    severity: 'error',
  });
});
