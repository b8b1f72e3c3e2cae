import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ArrangedStage, arrange, canArrange } from '../../src/plan/arrange.ts';
import { draftPlan } from '../../src/plan/draft.ts';
import { correctionBy } from '../../src/plan/measured.ts';
import { memoryModel, totalBytes } from '../../src/plan/memory.ts';
import { cardSlots, type Slot } from '../../src/plan/slots.ts';
import { reckonedSeconds, timeModel } from '../../src/plan/throughput.ts';
import type { Workload } from '../../src/plan/workload.ts';
import { card, llama, planInput } from './fixtures.ts';

const rates = [10, 23, 70, 165];
const links = [3e9, 12e9, 25e9];

/** Boxes of unlike cards, models with unlike ends, and recipes, small enough to try everything. */
const cases = fc.record({
  layers: fc.integer({ min: 1, max: 7 }),
  vocabulary: fc.constantFrom(1000, 32000, 128000),
  tied: fc.boolean(),
  cards: fc.array(
    fc.record({
      free: fc.integer({ min: 5, max: 24 }).map((tenths) => tenths * 1e8),
      rate: fc.constantFrom(...rates),
      link: fc.constantFrom(...links),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  freeze: fc.option(fc.integer({ min: 1, max: 7 })),
  microBatches: fc.constantFrom(1, 2, 4, 16),
  schedule: fc.constantFrom('1f1b' as const, 'gpipe' as const, 'naive' as const),
  checkpointing: fc.constantFrom('none' as const, 'full' as const),
  transport: fc.constantFrom('nccl' as const, 'host' as const),
});

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

function workloadOf(one: Case): { workload: Workload; slots: Slot[] } {
  const box = one.cards.map(({ free, rate, link }, index) =>
    card(index, {
      freeBytes: free,
      kind: { gemm: { fp16: rate, bf16: rate, fp32: rate / 2 }, linkBandwidth: link },
    }),
  );
  const { layers, vocabulary, tied, freeze, schedule, checkpointing, transport } = one;
  const model = llama({
    layers,
    vocabulary,
    tied,
    hidden: 2048,
    intermediate: 5632,
    heads: 16,
    kvHeads: 4,
  });
  const input = planInput(
    {
      ...(freeze === null ? {} : { method: 'freeze', freeze: { layers: Math.min(freeze, layers) } }),
      batchSize: one.microBatches,
      cutoffLength: 512,
      schedule,
      checkpointing,
      transport,
    },
    { model, cards: box },
  );
  const { workload } = draftPlan(input, 'overflow');
  return { workload, slots: cardSlots(box, workload.precision, 1, correctionBy([])) };
}

/** Least time of a step over every order of every choice of cards, and every split over them. */
function tryAll(workload: Workload, slots: readonly Slot[]): number {
  const secondsOf = timeModel(workload);
  const memoryOf = memoryModel(workload);
  const layers = workload.model.layers.length;
  let best = Number.POSITIVE_INFINITY;
  const walk = (to: number, left: readonly Slot[], seconds: number[]) => {
    if (to === 0) {
      best = Math.min(best, reckonedSeconds(seconds, workload));
      return;
    }
    for (const slot of left) {
      for (let from = 0; from < to; from++) {
        if (totalBytes(memoryOf({ from, to, after: seconds.length })) > slot.capacityBytes) continue;
        walk(
          from,
          left.filter((other) => other !== slot),
          [secondsOf(slot, from, to), ...seconds],
        );
      }
    }
  };
  walk(layers, slots, []);
  return best;
}

function costOf(stages: readonly ArrangedStage[], workload: Workload): number {
  const secondsOf = timeModel(workload);
  return reckonedSeconds(
    stages.map(({ slot, from, to }) => secondsOf(slot, from, to)),
    workload,
  );
}

test('of all splits over all orders of unlike cards, none that fits is faster', () => {
  let fitted = 0;
  fc.assert(
    fc.property(cases, (one) => {
      const { workload, slots } = workloadOf(one);
      const least = tryAll(workload, slots);
      const free = { starts: null, stages: null };
      const stages = arrange(workload, slots, free);
      expect(canArrange(workload, slots, free)).toBe(stages !== null);
      if (least === Number.POSITIVE_INFINITY) {
        expect(stages).toBeNull();
        return;
      }
      fitted++;
      expect(stages!.every(({ predictedBytes, slot }) => predictedBytes <= slot.capacityBytes)).toBe(true);
      expect(new Set(stages!.map(({ slot }) => slot)).size).toBe(stages!.length);
      expect(costOf(stages!, workload) / least).toBeCloseTo(1, 8);
    }),
    { numRuns: 300 },
  );
  // Neither all nor none: what is tight is what is tested.
  expect(fitted).toBeGreaterThan(60);
  expect(fitted).toBeLessThan(290);
});
