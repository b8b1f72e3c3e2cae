import { expect, test } from 'vitest';
import { speedError } from '../../src/plan/rates.ts';
import { measuredSpeeds, predictSpeed, summarizeErrors } from './measurements/speed.ts';

test('what was measured is predicted within the errors that plans state', async () => {
  const predicted = await Promise.all(measuredSpeeds.map(predictSpeed));
  const errors = measuredSpeeds.map(({ tokensPerSecond }, index) => predicted[index]! / tokensPerSecond - 1);
  const { median, worst } = summarizeErrors(errors);
  expect(median).toBeLessThan(speedError.median);
  expect(worst).toBeLessThan(speedError.worst);
});

test.each(measuredSpeeds.filter(({ name }) => name.endsWith('1F1B')))(
  '$name is faster than naive',
  async (one) => {
    const naive = measuredSpeeds.find(({ name }) => name === one.name.replace('1F1B', 'naive'))!;
    const isFaster = one.tokensPerSecond > naive.tokensPerSecond;
    expect((await predictSpeed(one)) > (await predictSpeed(naive))).toBe(isFaster);
  },
);
