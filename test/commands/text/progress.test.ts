import { expect, test } from 'vitest';
import { plain } from '../../../src/commands/text/paint.ts';
import { downloadStatus, ProgressText } from '../../../src/commands/text/progress.ts';
import { eventSchema, type TrainerEvent } from '../../../src/run/events.ts';
import { formatBytes } from '../../../src/units.ts';
import { examplePlan } from './example-plan.ts';

type Body = TrainerEvent extends infer Event
  ? Event extends unknown
    ? Omit<Event, 'v' | 't'>
    : never
  : never;

const GiB = 2 ** 30;
const event = (body: Body) => eventSchema.parse({ v: 1, t: '2026-01-01T00:00:00Z', ...body });
const step = (number: number, more: Partial<Extract<TrainerEvent, { type: 'step' }>> = {}) =>
  event({
    type: 'step',
    attempt: 1,
    step: number,
    totalSteps: 120,
    epoch: number / 40,
    loss: 2.34567,
    grad_norm: 1,
    lr: 1e-4,
    tokens: 9000,
    tokens_per_second: 412.3,
    eta: 4700,
    loss_scale: 65536,
    skipped: false,
    ...more,
  });
const stage = (number: number, rank: number, busy: number, waiting: number, peak: number) =>
  event({ type: 'stage', step: number, rank, busy, waiting, peak_reserved_bytes: Math.round(peak) });
const load = (rank: number, layers: [number, number]) =>
  event({
    type: 'load',
    rank,
    stage: rank,
    layers,
    device: `cuda:${rank}`,
    seconds: 41.2,
    accounted: { weights: 12 * GiB, trainables: GiB / 4, gradients: GiB / 4, optimizer: GiB / 2 },
  });

function show(events: TrainerEvent[]): string {
  const progress = new ProgressText(1, () => examplePlan, plain);
  return events
    .map((each) => progress.line(each))
    .filter((line) => line !== null)
    .join('\n');
}

test('a run from its load to its answers', () => {
  const text = show([
    event({ type: 'phase', phase: 'load' }),
    load(0, [0, 20]),
    load(1, [20, 40]),
    event({ type: 'phase', phase: 'train' }),
    step(1),
    stage(1, 0, 30, 10, 14.7 * GiB),
    stage(1, 1, 32, 8, 15.3 * GiB),
    event({
      type: 'warning',
      code: 'overflow',
      message: 'Loss \u001b[2Jscale halved.',
      fix: 'This is usual at the start.',
    }),
    step(2, { loss: null, skipped: true, tokens_per_second: 1234 }),
    stage(2, 0, 30, 10, 14.9 * GiB),
    stage(2, 1, 33, 7, 15.3 * GiB),
    event({ type: 'eval', step: 2, loss: 1.5, rows: 12, tokens: 900 }),
    event({ type: 'checkpoint', step: 2, path: 'checkpoints/step-2', bytes: 3 * GiB }),
    event({
      type: 'done',
      reason: 'finished',
      step: 2,
      loss: 1.2345,
      seconds: 5025,
      output: '/runs/x/output',
    }),
    event({ type: 'answer', prompt: '你是谁？', before: 'I  am\na model.\u0007', after: '' }),
    event({ type: 'answer', prompt: 'who are you?', before: 'x'.repeat(500), after: 'I am FT-Wizard.' }),
  ]);
  expect(text).toMatchInlineSnapshot(`
    "Loading the model
      rank 0 on cuda:0: layers 0-19, weights 12.0 GiB, trained part 1.0 GiB, in 41 s
      rank 1 on cuda:1: layers 20-39, weights 12.0 GiB, trained part 1.0 GiB, in 41 s
    Training
      step   1/120  loss 2.3457  lr 1.00e-4  412 tok/s  eta 78 min
    Warning: Loss \\u001b[2Jscale halved. This is usual at the start.
      step   2/120  overflow, skipped  lr 1.00e-4  1,234 tok/s  eta 78 min
      eval loss 1.5000 over 12 rows held out
      checkpoint at step 2, 3.0 GiB
    Trained: 2 steps in 84 min, last loss 1.2345
      rank  on           layers  busy  waiting  share busy  peak memory  predicted
         0  0 Tesla P40    0-19  60 s     20 s        75 %     14.9 GiB   15.1 GiB
         1  1 Tesla P40   20-39  65 s     15 s        81 %     15.3 GiB   16.0 GiB
    Asking it, without and with the training
      你是谁？
        before  I am a model.\\u0007
        after   (nothing)
      who are you?
        before  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
        after   I am FT-Wizard."
  `);
});

test('figures of an earlier attempt are not counted', () => {
  const progress = new ProgressText(1, () => examplePlan, plain);
  progress.line(stage(1, 0, 100, 100, GiB));
  progress.line(event({ type: 'phase', phase: 'load' }));
  expect(progress.rankTable()).toBeNull();
});

test('ranks on the CPU in the place of cards are not held against what was predicted for the cards', () => {
  const progress = new ProgressText(1, () => ({ ...examplePlan, device: 'cpu' }), plain);
  progress.line(stage(1, 0, 3, 1, GiB));
  expect(progress.rankTable()).toMatch(/0 {2}CPU, for 0 Tesla P40 .* 1\.0 GiB +-$/);
});

test('a download on one line', () => {
  const download = (bytes: number, totalBytes: number | null) =>
    ({ v: 1, t: '', type: 'download', file: 'model-00001.safetensors', bytes, totalBytes }) as const;
  expect(downloadStatus(download(2 * GiB, 8 * GiB))).toBe(
    '  model-00001.safetensors  2.0 GiB of 8.0 GiB (25 %)',
  );
  expect(downloadStatus(download(2 * GiB, null))).toBe('  model-00001.safetensors  2.0 GiB');
});

test('what the rehearsal makes of the planned speed is told, unless CPU ranks stood in for cards', () => {
  const measured = event({
    type: 'calibration',
    attempt: 1,
    source: 'rehearsal',
    predicted: 39.1,
    measured: 46.9,
  });
  const say = (device: 'cuda' | 'cpu') =>
    new ProgressText(1, () => ({ ...examplePlan, device }), plain).line(measured);
  expect(say('cuda')).toBe('  the longest batch took 47 s, 120 % of the planned time; the eta goes by that');
  expect(say('cpu')).toBeNull();
});

test('what a rank held is told beside what the plan of its attempt predicted', () => {
  const [first, second] = examplePlan.stages;
  const now = {
    ...examplePlan,
    stages: [{ ...first!, predictedBytes: 9 * 2 ** 30 }],
    ranks: [examplePlan.ranks[0]!],
  };
  const progress = new ProgressText(2, (attempt) => (attempt === 2 ? now : examplePlan), plain);
  const held = { reserved_bytes: 10 * 2 ** 30, outside_bytes: 2 ** 29, seconds: null, busy: null, tokens: 0 };
  const told = { v: 1 as const, t: '2026-11-27T21:00:00Z', type: 'rehearsal' as const, fits: true, ...held };
  expect(progress.line({ ...told, attempt: 1, rank: 1, stage: 1 })).toContain(
    `rank 1 held 10.5 GiB, predicted were ${formatBytes(second!.predictedBytes)} of`,
  );
  expect(progress.line({ ...told, attempt: 2, rank: 0, stage: 0 })).toContain('predicted were 9.0 GiB of');
  const has = formatBytes(second!.capacityBytes);
  const short = { ...told, attempt: 1, rank: 1, stage: 1, fits: false };
  expect(progress.line(short)).toContain(`ran out at 10.5 GiB, where ${has} were free`);
  expect(progress.line({ ...short, reserved_bytes: second!.capacityBytes })).toMatch(
    new RegExp(`rank 1 does not fit: card 1 .* needs .* or more and has ${has}`),
  );
});
