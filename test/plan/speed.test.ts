import { describe, expect, test } from 'vitest';
import { kindOfPlan } from '../../src/plan/measured-speed.ts';
import { calibratedError, type ErrorBounds, speedError } from '../../src/plan/rates.ts';
import { planRecord, speedCases, speedRecords, summarizeErrors } from './measurements/speed.ts';

function expectWithin(errors: readonly number[], bounds: ErrorBounds): void {
  const { median, most, worst } = summarizeErrors(errors);
  expect(median).toBeLessThanOrEqual(bounds.median);
  expect(most).toBeLessThanOrEqual(bounds.most);
  expect(worst).toBeLessThanOrEqual(bounds.worst);
}

describe('what was measured is predicted within the errors that plans state', () => {
  test.each([false, true])('from rates alone (trainings held out from the fit: %s)', async (heldOut) => {
    const cases = speedCases.filter((one) => one.heldOut === heldOut);
    const predicted = await Promise.all(cases.map((one) => one.predict()));
    expect(cases.length).toBeGreaterThan(10);
    expectWithin(
      cases.map(({ tokensPerSecond }, index) => predicted[index]! / tokensPerSecond - 1),
      speedError,
    );
  });

  // Where samples are of unlike lengths, a record does not tell how many rows were rehearsed, and its step is one of many.
  const even = speedRecords.filter(({ configuration }) => configuration.samples === undefined);
  const plans = even.map((record) => planRecord(record));
  const factors = even.map(
    ({ rehearsalSeconds }, index) => rehearsalSeconds / plans[index]!.throughput.rehearsal.seconds,
  );

  test('calibrated by a rehearsal of the same', () => {
    expectWithin(
      even.map(
        ({ stepSeconds }, index) =>
          (factors[index]! * plans[index]!.throughput.stepSeconds) / stepSeconds - 1,
      ),
      calibratedError.exact,
    );
  });

  test('calibrated by what others took on the same cards', () => {
    const speeds = even.map(({ date }, index) => ({
      kind: kindOfPlan(plans[index]!),
      factor: factors[index]!,
      date,
    }));
    const errors = even.flatMap((record, index) => {
      const { calibration, stepSeconds } = planRecord(record, speeds.toSpliced(index, 1)).throughput;
      return calibration === null ? [] : [stepSeconds / record.stepSeconds - 1];
    });
    expect(errors.length).toBeGreaterThan(20);
    expectWithin(errors, calibratedError.alike);
  });
});

const pairs = speedCases.flatMap((one) => {
  const naive = speedCases.find(({ name }) => name === one.name.replace('1F1B', 'naive'));
  return naive && naive !== one ? [{ name: one.name, one, naive }] : [];
});

test.each(pairs)('$name is predicted to be faster than naive where it is', async ({ one, naive }) => {
  const isFaster = one.tokensPerSecond > naive.tokensPerSecond;
  expect((await one.predict()) > (await naive.predict())).toBe(isFaster);
});
