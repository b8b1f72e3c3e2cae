import { describe, expect, test } from 'vitest';
import { kindOfPlan, type MeasuredSpeed } from '../../src/plan/measured-speed.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { card, cards, p40, planInput } from './fixtures.ts';

const plan = makePlan(planInput());
const speed = (
  change: Partial<MeasuredSpeed> & { like?: Partial<MeasuredSpeed['kind']> } = {},
): MeasuredSpeed => ({
  kind: { ...kindOfPlan(plan), ...change.like },
  factor: change.factor ?? 2,
  date: change.date ?? '2026-11-27T20:00:00Z',
});
const planned = (...measuredSpeeds: MeasuredSpeed[]) => makePlan({ ...planInput(), measuredSpeeds });

describe('what was measured on such cards', () => {
  test('is what plans go by, and is said', () => {
    const { throughput, assumed } = planned(speed());
    expect(throughput).toEqual({
      ...plan.throughput,
      tokensPerSecond: plan.throughput.tokensPerSecond / 2,
      stepSeconds: 2 * plan.throughput.stepSeconds,
      calibration: { factor: 2, date: '2026-11-27T20:00:00Z', exact: true },
      rehearsal: { microBatches: plan.microBatches, seconds: 2 * plan.throughput.rehearsal.seconds },
    });
    expect(assumed.join()).toContain(
      'Speed goes by a training of this kind on this machine (2026-11-27), which took 200 %',
    );
    expect(plan.assumed.join()).toContain('Speed is estimated');
  });

  test('changes nothing about what lies where', () => {
    expect(planned(speed()).stages).toEqual(plan.stages);
  });

  test('of the very kind counts alone, the newest of it', () => {
    const other = speed({ like: { method: 'freeze' }, factor: 3, date: '2026-11-28T20:00:00Z' });
    const older = speed({ factor: 4, date: '2026-11-01T20:00:00Z' });
    expect(planned(other, older, speed()).throughput.calibration?.factor).toBe(2);
  });

  test('of other kinds counts together, by their median', () => {
    const others = [3, 1, 12].map((factor, day) =>
      speed({ like: { method: 'freeze' }, factor, date: `2026-11-2${day}T20:00:00Z` }),
    );
    const { throughput, assumed } = planned(...others);
    expect(throughput.calibration).toEqual({ factor: 3, date: '2026-11-22T20:00:00Z', exact: false });
    expect(assumed.join()).toContain('trainings of other kinds');
    expect(planned(...others.slice(1)).throughput.calibration?.factor).toBeCloseTo(Math.sqrt(12), 9);
  });

  test.each<[string, Partial<MeasuredSpeed['kind']>]>([
    ['other cards', { cards: ['Tesla P40'] }],
    ['more kinds of cards', { cards: ['NVIDIA GeForce RTX 3090', 'Tesla P40'] }],
    ['another precision', { precision: 'fp32' }],
    ['a model of another scale', { width: 128 }],
  ])('tells nothing where it was on %s', (_, like) => {
    expect(planned(speed({ like })).throughput).toEqual(plan.throughput);
  });
});

test('a kind names each kind of card once, in whatever order they stand', () => {
  const mixed = (...box: ReturnType<typeof card>[]) =>
    kindOfPlan(makePlan(planInput({ precision: 'fp16' }, { cards: box }))).cards;
  expect(kindOfPlan(makePlan(planInput({}, { cards: cards(2) }))).cards).toHaveLength(1);
  expect(mixed(p40(0), card(1))).toEqual(mixed(card(0), p40(1)));
});
