import { expect, test } from 'vitest';
import { againstNaive, measure } from '../../../src/commands/bench/measure.ts';
import { formatBench } from '../../../src/commands/text/bench.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import { parseEvent } from '../../../src/run/events-file.ts';
import { planInput } from '../../plan/fixtures.ts';
import { eventLine, stepEvent } from '../../run/fixtures.ts';

const input = planInput({ split: '30,10', batchSize: 8, cutoffLength: 64, lora: { targets: 'qv' } });
const plan = makePlan(input);

const event = (fields: Parameters<typeof eventLine>[0]) => parseEvent(eventLine(fields).trim())!;

/** Steps at these rates; every rank busy for a quarter more of the time than the one before it. */
function events(rates: number[]) {
  return rates.flatMap((rate, index) => [
    event({ ...stepEvent(index + 1), type: 'step', tokens: 500, tokens_per_second: rate }),
    ...[0, 1].map((rank) =>
      event({
        type: 'stage',
        step: index + 1,
        rank,
        busy: 0.5 + rank / 4,
        waiting: 0.5 - rank / 4,
        peak_reserved_bytes: 2 ** 30 * (1 + rank + (index === 0 ? 1 : 0)),
      }),
    ),
  ]);
}

const measured = measure(plan, events([1, 10, 100, 130, 110, 120]));

test('speed is the median of the settled steps, the peak is of all', () => {
  expect(measured).toMatchObject({ schedule: '1f1b', microBatches: 8, tokensPerSecond: 115 });
  expect(measured.stepSeconds).toBeCloseTo(500 / 115, 1);
  expect(measured.losses).toHaveLength(6);
  expect(measured.ranks.map(({ busyShare, peakBytes }) => [busyShare, peakBytes])).toEqual([
    [0.5, 2 * 2 ** 30],
    [0.75, 3 * 2 ** 30],
  ]);
  expect(measured.ranks[1]).toMatchObject({
    stage: 1,
    on: 'NVIDIA GeForce RTX 3090',
    layers: [30, 40],
    predictedBytes: plan.stages[1]!.predictedBytes,
  });
});

test('what is predicted for a card is not held against the CPU rank in its place', () => {
  const elsewhere = measure(makePlan({ ...input, device: 'cpu' }), events([1, 2, 3]));
  expect(elsewhere.ranks[0]).toMatchObject({ on: 'CPU', predictedBytes: null });
});

test('speed is compared with one card at a time, where that was measured', () => {
  const naive = { ...measured, schedule: 'naive' as const, tokensPerSecond: 46 };
  expect(againstNaive(measured, [naive, measured])).toBe(2.5);
  expect(againstNaive(measured, [measured])).toBeNull();
});

test('as a table', () => {
  const naive = {
    ...measured,
    schedule: 'naive' as const,
    microBatches: 1,
    microBatchSize: 8,
    tokensPerSecond: 46,
  };
  const { model, host, cards } = input;
  const subject = { plan, model, host, cards, environment: { torch: '2.13.0' } };
  expect(formatBench(subject, [naive, measured], (_, text) => text).split('\n')).toEqual([
    expect.stringMatching(
      /^test\/llama: LoRA r=16 on q_proj, v_proj, bf16, 8 rows of up to 64 tokens a step$/,
    ),
    'NVIDIA GeForce RTX 3090, driver 580.00; torch 2.13.0',
    '  schedule  micro-batches  tokens/s  against naive',
    expect.stringMatching(/^ {2}naive {12}1 of 8 {8}46 {10}1.00x$/),
    expect.stringMatching(/^ {2}1f1b {13}8 of 1 {7}115 {10}2.50x$/),
    '',
    '  schedule  rank  on                       layers  busy     peak  predicted',
    expect.stringMatching(/^ {2}naive {8}0 {2}NVIDIA GeForce RTX 3090 {4}0-29 {2}50 % {2}2.0 GiB/),
    expect.stringMatching(/^ {15}1 {2}NVIDIA GeForce RTX 3090 {3}30-39 {2}75 % {2}3.0 GiB/),
    expect.stringMatching(/^ {2}1f1b {9}0 {2}NVIDIA/),
    expect.stringMatching(/^ +1 {2}NVIDIA/),
  ]);
});
