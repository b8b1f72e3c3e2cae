import { delimiter, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planNextAttempt } from '../../src/commands/replan.ts';
import { emulateCards } from '../../src/hardware/emulate.ts';
import { queryCards } from '../../src/hardware/nvidia-smi.ts';
import { loadModelShape } from '../../src/model/load.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { parseRecipe } from '../../src/recipe/parse.ts';
import { createRun } from '../../src/run/directory.ts';
import { planInput } from '../plan/fixtures.ts';
import { setEnvironment, temporaryFolder } from '../run/fixtures.ts';

const standIn = resolve('test/fixtures/stand-in');

/** The box has these cards from now on: a folder of test/fixtures/nvidia-smi. */
function insert(box: string): void {
  setEnvironment({ PATH: `${standIn}${delimiter}${process.env.PATH}`, NVIDIA_SMI_STAND_IN: box });
}

/** A run of the demo model on all cards of a box. */
async function runOn(box: string, settings: object = {}, emulated?: string) {
  insert(box);
  const recipe = parseRecipe({ model: 'demo', split: '3,5', ...settings }, 'test');
  const model = await loadModelShape('demo');
  const real = (await queryCards()).cards;
  const cards = emulated === undefined ? real : emulateCards(emulated, real);
  const plan = makePlan(planInput({}, { recipe, model, cards } as object));
  expect(plan.fits).toBe(true);
  return { run: createRun({ root: temporaryFolder(), recipe, plan }), plan };
}

describe('a run goes on', () => {
  test('as planned while its cards are there', async () => {
    const { run, plan } = await runOn('p40x2');
    const next = await planNextAttempt(run, {});
    expect(next).toMatchObject({ plan, change: null });
    expect(next.cards.map(({ uuid }) => uuid)).toEqual(plan.ranks.map(({ gpu }) => gpu!.uuid));
  });

  test('planned anew for the cards that are there when some are not', async () => {
    const { run, plan } = await runOn('p40x2');
    insert('3090-and-p40');
    const next = await planNextAttempt(run, {});
    expect(next.change).toMatch(/^Not in this box any more: Tesla P40 \(GPU-[^ ]*2\)\. /);
    expect(next.plan.fits).toBe(true);
    expect(next.plan.ranks.map(({ gpu }) => gpu?.uuid)).not.toContain(plan.ranks[1]!.gpu!.uuid);
    expect(next.plan.training).toEqual(plan.training);
    expect(next.plan.precision.value).toBe('fp16');
  });

  test('with the precision it had where the cards allow it, else with one they have', async () => {
    const { run, plan } = await runOn('h200', { split: 'auto' });
    expect(plan.precision.value).toBe('bf16');
    insert('p40x2');
    expect((await planNextAttempt(run, {})).plan).toMatchObject({ fits: true, precision: { value: 'fp16' } });
    const old = await runOn('p40x2');
    insert('h200');
    expect((await planNextAttempt(old.run, {})).plan.precision.value).toBe('fp16');
  });

  test('on the cards and by the split that are asked for, with as many replicas as there is room for', async () => {
    const { run } = await runOn('p40x2', { split: 'auto', dataParallel: 2, batchSize: 8 });
    const one = await planNextAttempt(run, { gpus: '1' });
    expect(one.plan).toMatchObject({ dataParallel: 1, ranks: [{ gpu: { index: 1 } }] });
    expect(one.change).toContain('as you asked');
    const { run: split } = await runOn('p40x2');
    expect((await planNextAttempt(split, { split: '6,2' })).plan.stages.map(({ layers }) => layers)).toEqual([
      [0, 6],
      [6, 8],
    ]);
    await expect(planNextAttempt(split, { split: '6,3' })).rejects.toMatchObject({ code: 'split-sum' });
  });

  test('on emulated cards only as it was planned', async () => {
    const { run, plan } = await runOn('h200', {}, '2x24GiB');
    expect(await planNextAttempt(run, {})).toMatchObject({ plan, change: null, cards: [{ index: 0 }] });
    await expect(planNextAttempt(run, { split: '4,4' })).rejects.toMatchObject({ code: 'emulated-run' });
  });

  test('not at all where there is no card left', async () => {
    const { run } = await runOn('p40x2');
    setEnvironment({ PATH: temporaryFolder() });
    await expect(planNextAttempt(run, {})).rejects.toMatchObject({ code: 'card-gone', exitCode: 3 });
  });
});
