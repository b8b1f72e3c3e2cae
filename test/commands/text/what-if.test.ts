import { expect, test } from 'vitest';
import { formatPlan } from '../../../src/commands/text/plan.ts';
import type { PlanAnswer } from '../../../src/plan/what-if.ts';
import { examplePlan } from './example-plan.ts';

const plain = (_: string, text: string) => text;
const GiB = 2 ** 30;
const stages = (...sizes: number[]) =>
  sizes.map((size, gpu) => ({ gpu, name: 'Tesla P40', layers: [0, size] as [number, number] }));
const one = {
  dataParallel: 1,
  checkpointing: 'none' as const,
  tokensPerSecond: 1240,
  headroomBytes: 3 * GiB,
};
const answer: PlanAnswer = {
  ...examplePlan,
  alternatives: [
    {
      ...one,
      name: 'fastest',
      dataParallel: 2,
      stages: stages(20, 20),
      stepSeconds: 6,
      settings: ['dataParallel=2'],
    },
    {
      ...one,
      name: 'most-headroom',
      stages: stages(12, 13, 15),
      stepSeconds: 9,
      settings: ['split=12,13,15', 'checkpointing=full'],
    },
    { ...one, name: 'replicas', stages: stages(10, 10, 10, 10), stepSeconds: 8, settings: [] },
  ],
  improvements: [
    {
      name: 'longer-rows',
      settings: ['cutoffLength=1856'],
      cards: null,
      tokensPerSecond: 1000,
      speedup: 0.8,
      headroomBytes: 2 * 2 ** 30,
    },
    {
      name: 'faster',
      settings: [],
      cards: { name: 'Tesla P40', count: 5, insteadOf: 4 },
      tokensPerSecond: 1488,
      speedup: 1.2,
      headroomBytes: 2 * 2 ** 30,
    },
    {
      name: 'faster',
      settings: ['batchSize=32'],
      cards: null,
      tokensPerSecond: 1364,
      speedup: 1.1,
      headroomBytes: 2 * 2 ** 30,
    },
  ],
  trainable: { most: { layers: 2, split: '48,32' }, even: { layers: 1, split: '40,40' } },
};

test('what else there is to choose, with how to choose it', () => {
  const text = formatPlan(examplePlan, plain, { answer });
  expect(text).toContain(
    [
      'Ways over these cards',
      '                                          a step  tokens/s  headroom  how',
      '  fastest: 2 replicas of 2 cards           6.0 s     1,240   3.0 GiB  --set dataParallel=2',
      '  most headroom: one pipeline of 3 cards   9.0 s     1,240   3.0 GiB  --set split=12,13,15 --set checkpointing=full',
      '  one pipeline of 4 cards                  8.0 s     1,240   3.0 GiB  the plan as it is',
    ].join('\n'),
  );
  expect(text).toContain(
    [
      'What would change it',
      '  - Longer rows fit: --set cutoffLength=1856 at most.',
      '  - 5 Tesla P40 instead of 4: 1.20 times as fast, about 1,488 tokens/s, 2.0 GiB left on the fullest card.',
      '  - --set batchSize=32: 1.10 times as fast, about 1,364 tokens/s, in larger steps, 2.0 GiB left on the fullest card.',
    ].join('\n'),
  );
  expect(text).toMatch(
    /can train up to 2 of the \d+ layers: --set freeze\.layers=2 --set split=48,32\. Split evenly \(40,40\) they train 1\./,
  );
});

test('where the plan is the only way, nothing is said of ways', () => {
  const only = { ...answer, alternatives: [answer.alternatives[2]!], improvements: [], trainable: null };
  const text = formatPlan(examplePlan, plain, { answer: only });
  expect(text).not.toMatch(/Ways over|would change|can train/);
});

test('cards that cannot train a layer, and those that train as many evenly', () => {
  const saying = (trainable: PlanAnswer['trainable']) =>
    formatPlan(examplePlan, plain, { answer: { ...answer, trainable } });
  expect(saying({ most: { layers: 0, split: null }, even: { layers: 0, split: '40' } })).toContain(
    'cannot train a single layer',
  );
  const even = saying({ most: { layers: 3, split: '40' }, even: { layers: 3, split: '40' } });
  expect(even).toContain('--set freeze.layers=3 --set split=40.');
  expect(even).not.toMatch(/evenly|frozen layer/i);
});
