import { appendFileSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planNextAttempt } from '../../src/commands/replan.ts';
import { rescueRun } from '../../src/commands/rescue.ts';
import { describeNextAttempt } from '../../src/commands/text/next-attempt.ts';
import { emulateCards } from '../../src/hardware/emulate.ts';
import { queryCards } from '../../src/hardware/nvidia-smi.ts';
import { loadModelShape } from '../../src/model/load.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { parseRecipe } from '../../src/recipe/parse.ts';
import { createRun, type RunDirectory } from '../../src/run/directory.ts';
import { tailEvents } from '../../src/run/events-file.ts';
import { prepareResume } from '../../src/run/launch.ts';
import { judgeTraining } from '../../src/run/supervisor/verdict.ts';
import type { Rescue } from '../../src/ui/monitor/rescue.ts';
import { planInput } from '../plan/fixtures.ts';
import { eventLine, setEnvironment, temporaryFolder } from '../run/fixtures.ts';

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
    expect(describeNextAttempt(run, next)).toMatch(/^Not in this box any more: Tesla P40 \(GPU-[^ ]*2\)\. /);
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
    expect(describeNextAttempt(run, one)).toContain('as you asked');
    // Packed rows make no whole micro-batches anyway.
    const packed = await runOn('p40x2', { split: 'auto', dataParallel: 2, batchSize: 9, packing: true });
    expect((await planNextAttempt(packed.run, { gpus: '1,0' })).plan.dataParallel).toBe(2);
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

const GiB = 2 ** 30;

/** The newest attempt ends as one that did not fit: a rank would have needed so much, bytes. */
function refuse(run: RunDirectory, heldBytes: number, rank = 0): void {
  const status = run.readStatus();
  const plan = run.readPlan(status.attempt);
  const figures = { reserved_bytes: heldBytes, outside_bytes: 0, seconds: null, busy: null, tokens: 0 };
  const where = { attempt: status.attempt, rank, stage: plan.ranks[rank]!.stage };
  appendFileSync(run.eventsFile, eventLine({ type: 'rehearsal', ...where, fits: false, ...figures }));
  const evidence = {
    ending: { code: 1, signal: null },
    events: tailEvents(run.eventsFile),
    log: '',
    killed: false,
  };
  run.writeStatus({ ...status, ...judgeTraining({ ...evidence, plan }) });
}

describe('a run that did not fit', () => {
  const settings = {
    split: '3,5',
    batchSize: 16,
    microBatchSize: 8,
    checkpointing: 'none',
    cutoffLength: 512,
  };

  test('goes on with the nearest plan that does, and says what changes and why', async () => {
    const { run, plan } = await runOn('p40x2', settings);
    refuse(run, 30 * GiB, 1);
    const next = await planNextAttempt(run, {});
    expect(next).toMatchObject({ before: plan, change: { why: 'did-not-fit' } });
    expect(next.plan.fits).toBe(true);
    expect(next.plan.training).toEqual(plan.training);
    expect(next.plan.accepted?.length).toBeGreaterThan(0);
    expect(describeNextAttempt(run, next)).toMatch(
      /^The rehearsal before the first step did not fit: card 1 \(Tesla P40\) needs 30\.0 GiB or more and has [\d.]+ GiB\. The nearest plan that fits: /,
    );
  });

  test('keeps what was accepted, whatever it is resumed with later', async () => {
    const { run } = await runOn('p40x2', settings);
    refuse(run, 30 * GiB, 1);
    const first = await planNextAttempt(run, {});
    expect(prepareResume(run, first.plan)).toBe(2);
    expect(run.readPlan(2)).toEqual(first.plan);
    expect(run.readRecipe()).toMatchObject({ microBatchSize: 8, checkpointing: 'none' });

    // It did not fit again: what is accepted now comes on top.
    refuse(run, 28 * GiB, 1);
    const second = await planNextAttempt(run, {});
    expect(second.plan.accepted!.slice(0, first.plan.accepted!.length)).toEqual(first.plan.accepted);
    expect(second.plan.microBatchSize).toBeLessThanOrEqual(first.plan.microBatchSize);
    prepareResume(run, second.plan);
    const status = run.readStatus();
    run.writeStatus({ ...status, phase: 'stopped', exitCode: 0, reason: null });
    expect(await planNextAttempt(run, {})).toMatchObject({ change: null, plan: second.plan });
    const elsewhere = await planNextAttempt(run, { gpus: '1,0' });
    const { microBatchSize, checkpointing, accepted } = second.plan;
    expect(elsewhere.plan).toMatchObject({ microBatchSize, checkpointing, accepted });
  });

  test('takes further cards of the box where its own are not enough', async () => {
    const { run } = await runOn('p40x2', { ...settings, split: 'auto', microBatchSize: 1 });
    const { gpu } = run.readPlan(1).ranks[0]!;
    const own = await planNextAttempt(run, { gpus: String(gpu!.index), split: '8' });
    run.writeStatus({ ...run.readStatus(), phase: 'stopped', exitCode: 0 });
    prepareResume(run, own.plan);
    expect(own.plan.ranks).toHaveLength(1);
    // Others have filled it: even the parameters have no room.
    refuse(run, 1024 ** 2);
    const next = await planNextAttempt(run, {});
    expect(next.plan.fits).toBe(true);
    expect(next.plan.ranks.map((rank) => rank.gpu?.uuid)).not.toContain(gpu!.uuid);
    expect(describeNextAttempt(run, next)).toMatch(/with card \d \(Tesla P40\) and without card \d/);
  });

  test('is told where nothing that trains the same fits', async () => {
    const { run } = await runOn('p40x2', settings);
    refuse(run, 1024 ** 2, 0);
    refuse(run, 1024 ** 2, 1);
    const next = await planNextAttempt(run, {});
    expect(next.plan).toMatchObject({ fits: false, problems: [{ code: 'wont-fit' }] });
    expect(describeNextAttempt(run, next)).toContain('No plan that trains the same fits these cards.');
  });

  test('starts nothing for one who has left while a plan was looked for', async () => {
    const { run } = await runOn('p40x2', settings);
    refuse(run, 30 * GiB, 1);
    const told: string[] = [];
    const never = () => new Promise<void>(() => {});
    const tell = ({ stage }: Rescue) => told.push(stage);
    expect(await rescueRun(run, tell, never, AbortSignal.abort())).toBe(false);
    expect(told).toEqual(['looking']);
  });

  test('is planned anew on its emulated cards', async () => {
    const { run, plan } = await runOn('h200', settings, '2x24GiB');
    refuse(run, 26 * GiB, 1);
    const next = await planNextAttempt(run, {});
    expect(next.plan.fits).toBe(true);
    expect(next.plan.ranks.map(({ gpu }) => gpu?.emulated)).toEqual(
      plan.ranks.map(({ gpu }) => gpu?.emulated),
    );
    expect(next.plan.stages.map(({ name }) => name)).toEqual(plan.stages.map(({ name }) => name));
    const waysOf = ({ microBatchSize, checkpointing, graphedLength, stages }: typeof plan) => ({
      ...{ microBatchSize, checkpointing, graphedLength },
      stages: stages.map(({ layers, inFlight }) => ({ layers, inFlight })),
    });
    expect(waysOf(next.plan)).not.toEqual(waysOf(plan));
  });
});
