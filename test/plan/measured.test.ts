import { describe, expect, test } from 'vitest';
import { planChanges, wordChange, wordProposal } from '../../src/plan/changes.ts';
import type { PlanInput } from '../../src/plan/input.ts';
import { correctionBy, type MeasuredMemory } from '../../src/plan/measured.ts';
import { outsideBytes, passingBytes } from '../../src/plan/memory.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { nearestFit } from '../../src/plan/remedies.ts';
import type { Plan } from '../../src/plan/schema.ts';
import { catalogueFor } from '../../src/ui/strings/catalogue.ts';
import { isEnglish } from '../words/examples.ts';
import { card, cards, dataOf, GiB, llama, planInput, smallLlama } from './fixtures.ts';

/** What a rank of the plan held: so much more than predicted, inside and outside the allocator. */
function measured(
  plan: Plan,
  stage: number,
  { inside = 0, outside = 0, fits = true }: { inside?: number; outside?: number; fits?: boolean },
): MeasuredMemory {
  const { breakdown, predictedBytes, capacityBytes } = plan.stages[stage]!;
  const { gpu } = plan.ranks[stage]!;
  return {
    card: gpu && { uuid: gpu.uuid, index: gpu.index },
    predicted: breakdown,
    capacityBytes,
    heldBytes: predictedBytes + inside + outside,
    outsideBytes: gpu && outsideBytes(breakdown) + outside,
    fits,
  };
}

/** 13B on two cards of which each is nearly full. */
const full: Partial<PlanInput['recipe']> = {
  precision: 'fp16',
  checkpointing: 'full',
  batchSize: 16,
  microBatchSize: 4,
  cutoffLength: 2048,
  cudaGraphs: 'off',
};
const input = planInput(full, {
  data: dataOf(
    Array.from({ length: 64 }, () => 2048),
    2048,
  ),
});
const plan = makePlan(input);

test('the plan of these tests fits by its predictions', () => {
  expect(plan.fits).toBe(true);
  expect(plan.stages).toHaveLength(2);
});

describe('what was measured corrects what is predicted', () => {
  test('as predicted or less, it changes nothing', () => {
    const asPredicted = [0, 1].map((stage) => measured(plan, stage, { inside: stage === 0 ? -GiB : 0 }));
    expect(makePlan({ ...input, measuredMemory: asPredicted })).toEqual(plan);
    expect(makePlan({ ...input, measuredMemory: [] })).toEqual(plan);
  });

  test("what comes and goes was too small everywhere, in proportion; what lies outside is the card's own", () => {
    const passing = passingBytes(plan.stages[0]!.breakdown);
    const [first, second] = [
      measured(plan, 0, { inside: 0.1 * passing }),
      measured(plan, 1, { outside: 0.4 * GiB }),
    ];
    const correction = correctionBy([first!, second!]);
    expect(correction.share).toBeCloseTo(0.1, 6);
    expect(correction.of(input.cards[0]!)).toEqual({ beside: 0, limit: Number.POSITIVE_INFINITY });
    expect(correction.of(input.cards[1]!).beside).toBeCloseTo(0.4 * GiB, -1);
    const split = { ...input, recipe: { ...input.recipe, split: '20,20' } };
    const corrected = makePlan({ ...split, measuredMemory: [first!, second!] });
    const before = makePlan(split);
    const surpluses = corrected.stages.map(({ breakdown }) => breakdown.surplus);
    const passingOf = (stage: number) => passingBytes(before.stages[stage]!.breakdown);
    expect(surpluses[0]! / passingOf(0)).toBeCloseTo(0.1, 4);
    expect((surpluses[1]! - 0.4 * GiB) / passingOf(1)).toBeCloseTo(0.1, 4);
    expect(corrected.assumed.join()).toContain('surplus');
    expect(before.assumed.join()).not.toContain('surplus');
    for (const [index, stage] of corrected.stages.entries()) {
      expect(stage.predictedBytes).toBe(before.stages[index]!.predictedBytes + surpluses[index]!);
    }
  });

  test("where next to nothing comes and goes, what exceeds it is the card's own and not a share", () => {
    const small = planInput({ precision: 'fp16', split: '3,3' }, { model: smallLlama });
    const tiny = makePlan(small);
    const correction = correctionBy([measured(tiny, 0, { inside: 0.05 * GiB })]);
    expect(correction.share).toBeLessThan(0.25);
    const again = makePlan({ ...small, measuredMemory: [measured(tiny, 0, { inside: 0.05 * GiB })] });
    const there = again.stages.find(({ gpu }) => gpu === tiny.stages[0]!.gpu)!;
    expect(there.breakdown.surplus).toBeGreaterThan(0.04 * GiB);
  });

  test.each([
    ['needed more than the card has', 6 * GiB],
    ['ran out early, by others on the card', -4 * GiB],
    ['ran out while loading', -12 * GiB],
  ])('a plan that did not fit is seen not to fit: it %s', (_, inside) => {
    for (const stage of [0, 1]) {
      const failed = measured(plan, stage, { inside, fits: false });
      const layers = plan.stages.map(({ layers: [from, to] }) => to - from).join();
      const again = makePlan({
        ...input,
        recipe: { ...input.recipe, split: layers },
        measuredMemory: [failed],
      });
      expect(again.fits).toBe(false);
      expect(again.problems.find(({ code }) => code === 'wont-fit')?.message).toContain(
        `card ${plan.stages[stage]!.gpu}`,
      );
      // And whatever is found to fit gives no card what it asked for in vain.
      const nearest = nearestFit({ ...input, measuredMemory: [failed] });
      if (nearest === null) continue;
      const found = makePlan(nearest.input);
      expect(found.fits).toBe(true);
      const there = found.stages.find(({ gpu }) => gpu === plan.stages[stage]!.gpu);
      if (there) expect(there.predictedBytes).toBeLessThan(failed.heldBytes);
    }
  });

  test('a second attempt is measured against the estimates, not against their correction', () => {
    const first = measured(plan, 0, { inside: GiB });
    const second = makePlan({
      ...input,
      recipe: { ...input.recipe, microBatchSize: 2 },
      measuredMemory: [first],
    });
    const asCorrected = measured(second, 0, {});
    expect(correctionBy([first, asCorrected]).share).toBeCloseTo(correctionBy([first]).share, 3);
  });

  test('emulated cards are told apart although they share one', () => {
    const emulation = { on: { index: 0, name: 'H200', freeBytes: 140 * GiB }, smPercent: null };
    const box = [0, 1].map((index) => card(index, { uuid: 'GPU-0', emulation }));
    const on = makePlan({ ...input, cards: box });
    const correction = correctionBy([measured(on, 1, { outside: GiB, fits: false })]);
    expect(correction.of(box[0]!)).toEqual({ beside: 0, limit: Number.POSITIVE_INFINITY });
    expect(correction.of(box[1]!).beside).toBeGreaterThan(0.9 * GiB);
  });

  test('of CPU ranks it is the host', () => {
    const onCpu = planInput(
      { precision: 'fp32', checkpointing: 'full', batchSize: 8, microBatchSize: 8 },
      { model: smallLlama, cards: [] },
    );
    const cpu = makePlan(onCpu);
    const failed = measured(cpu, 0, { inside: 0.1 * GiB, fits: false });
    const again = makePlan({ ...onCpu, measuredMemory: [failed] });
    expect(again.stages.every(({ capacityBytes }) => capacityBytes < failed.heldBytes)).toBe(true);
    expect(again.fits).toBe(false);
  });
});

describe('the nearest plan that fits', () => {
  const failed = (inside: number) => [measured(plan, 1, { inside, fits: false })];

  test('trains the same: only how it is done changes', () => {
    for (const inside of [5 * GiB, 7 * GiB, 9 * GiB]) {
      const found = nearestFit({ ...input, measuredMemory: failed(inside) })!;
      expect(found.settings.map((setting) => setting.split('=')[0])).toEqual(['microBatchSize']);
      expect(makePlan(found.input).training).toEqual(plan.training);
    }
  });

  test('is what the planner finds by itself where that is enough', () => {
    const roomy = planInput(
      { ...full, checkpointing: 'auto', microBatchSize: 1 },
      {
        data: dataOf(
          Array.from({ length: 64 }, () => 512),
          2048,
        ),
      },
    );
    const kept = makePlan(roomy);
    expect(kept.checkpointing).toBe('none');
    const failed = measured(kept, 0, { inside: 6 * GiB, fits: false });
    const found = nearestFit({ ...roomy, measuredMemory: [failed] })!;
    expect(found.settings).toEqual([]);
    expect(planChanges(kept, makePlan(found.input)).map(({ key }) => key)).toContain('checkpointing');
  });

  test('takes several steps where one is not enough, and says when none is', () => {
    const wasteful = {
      ...input,
      recipe: {
        ...input.recipe,
        schedule: 'gpipe' as const,
        checkpointing: 'none' as const,
        microBatchSize: 8,
      },
      model: llama(),
      cards: cards(2),
    };
    const found = nearestFit(wasteful)!;
    expect(found.settings.length).toBeGreaterThan(1);
    expect(makePlan(found.input).fits).toBe(true);
    expect(nearestFit({ ...input, cards: [card(0, { freeBytes: 4 * GiB })] })).toBeNull();
  });

  test('is told in a sentence or two', () => {
    const found = nearestFit({ ...input, measuredMemory: failed(6 * GiB) })!;
    const now = makePlan(found.input);
    const [change] = planChanges(plan, now);
    expect(wordChange(change!)).toMatch(/^micro-batches of \d instead of 4$/);
    expect(wordProposal(plan, now).join(' ')).toMatch(
      /^The nearest plan that fits: micro-batches of \d instead of 4.*\. The fullest card then holds [\d.]+ GiB of [\d.]+ GiB, at about [\d,]+ tokens\/s instead of [\d,]+\.$/,
    );
    expect(wordProposal(plan, plan)[0]).toBe('It is tried again as it was.');
    expect(wordProposal(plan, { ...now, fits: false })).toEqual([
      'No plan that trains the same fits these cards.',
    ]);
  });

  test('is told in Chinese as well, every change of it', () => {
    const { changes, proposals } = catalogueFor('zh');
    const name = { index: 2, name: 'Tesla P40' };
    const told = [
      changes.cards({ added: [name], dropped: [{ ...name, index: 1 }] }),
      changes.split({ now: '20,20', before: '24,16' }),
      ...(['full', 'none'] as const).map((now) => changes.checkpointing({ now, before: 'none' })),
      changes.microBatchSize({ now: 1, before: 4 }),
      changes.packedLength({ now: 1024, before: 2048 }),
      changes.replicas({ now: 1, before: 2 }),
      changes.schedule({ now: '1f1b', before: 'gpipe' }),
      ...(['host', 'nccl'] as const).map((now) => changes.transport({ now, before: 'nccl' })),
      ...[true, false].map((now) => changes.graphs({ now, before: !now })),
      changes.precision({ now: 'bf16', before: 'fp32' }),
      ...wordProposal(plan, makePlan(input), { changes, proposals }),
      proposals.found(['x']),
      proposals.none,
    ];
    for (const text of told) {
      expect(text).toMatch(/[\u4e00-\u9fff]/);
      expect(isEnglish(text)).toBe(false);
    }
  });
});
