import { describe, expect, test } from 'vitest';
import { type FoundProblem, wordProblem } from '../../src/plan/problem.ts';
import { catalogueFor, languages } from '../../src/ui/strings/catalogue.ts';
import { isEnglish } from './examples.ts';

const GiB = 2 ** 30;
const p40 = { index: 3, name: 'RTX A6000' };
const place = { cards: [p40], rank: 0 };

type Code = FoundProblem['code'];
type AboutOf<C extends Code> = Extract<FoundProblem, { code: C }>['about'];

/** Of each problem an example, and what has to be read in its words. */
const examples: { [C in Code]: [about: AboutOf<C>, ...parts: string[]][] } = {
  'bf16-unsupported': [
    [{ unable: [{ ...p40, capability: '6.1' }] }, '3', 'RTX A6000', '6.1', 'precision=fp16'],
  ],
  'mig-enabled': [[{ cards: [p40] }, 'RTX A6000', '-mig 0']],
  'nccl-without-cards': [[{ ranks: 7 }, '7', 'transport=auto']],
  'nccl-on-shared-card': [[{ on: p40 }, 'RTX A6000', 'transport=auto']],
  'batch-size': [
    [
      { batchSize: 13, microBatchSize: 2, dataParallel: 3, unit: 6, choices: [12, 18] },
      'batchSize 13',
      'microBatchSize 2',
      'dataParallel 3',
      '= 6',
      'batchSize=12',
      '18',
    ],
  ],
  'wont-fit': [
    [
      {
        short: [{ ...place, first: 5, last: 39, needs: 24.4 * GiB, has: 23.5 * GiB, missing: 0.9 * GiB }],
        offers: [
          { settings: ['microBatchSize=1', 'cutoffLength=512'], cards: null },
          { settings: ['split=auto'], cards: { name: 'RTX A6000', count: 4, insteadOf: 2 } },
        ],
        mostCards: 16,
      },
      'RTX A6000',
      '5',
      '39',
      '24.4 GiB',
      '23.5 GiB',
      '0.9 GiB',
      'microBatchSize=1',
      'cutoffLength=512',
      'split=auto',
      '4',
      '2',
    ],
    [
      {
        short: [{ cards: [], rank: 1, first: 0, last: 3, needs: 60e6, has: 50e6, missing: 10e6 }],
        offers: [],
        mostCards: 16,
      },
      'CPU',
      '57.2 MiB',
      '9.5 MiB',
      '16',
    ],
  ],
  'tight-fit': [[{ on: place, holds: 23 * GiB, of: 23.9 * GiB }, 'RTX A6000', '23.0 GiB', '23.9 GiB']],
  'memory-held': [
    [
      { held: [{ ...p40, bytes: 6 * GiB, by: [{ name: 'llama-server', pid: 77 }] }] },
      '6.0 GiB',
      'RTX A6000',
      'llama-server',
      '77',
    ],
    [{ held: [{ ...p40, bytes: 6 * GiB, by: [] }] }, '6.0 GiB', 'RTX A6000'],
  ],
  'emulation-overcommitted': [
    [{ on: p40, ranks: 8, needed: 150 * GiB, free: 139 * GiB }, 'RTX A6000', '8', '150.0 GiB', '139.0 GiB'],
  ],
  'host-ram': (['swap', 'others', 'nowhere'] as const).map((rest) => [
    { needed: 40 * GiB, available: 20 * GiB, total: 32 * GiB, swap: 5 * GiB, rest },
    '40.0 GiB',
    '20.0 GiB',
    '32.0 GiB',
    '5.0 GiB',
  ]),
  'disk-space': [
    [
      {
        short: [
          {
            folders: ['/runs', '/cache'],
            uses: [
              { use: 'runs', bytes: 25 * GiB },
              { use: 'download', bytes: 5 * GiB },
            ],
            needed: 30 * GiB,
            free: 20 * GiB,
          },
          { folders: ['/out'], uses: [{ use: 'output', bytes: 3 * GiB }], needed: 3 * GiB, free: GiB },
        ],
      },
      '/runs',
      '/cache',
      '25.0 GiB',
      '5.0 GiB',
      '30.0 GiB',
      '20.0 GiB',
      '--runs-dir',
      'HF_HOME',
      '/out',
      'output=',
    ],
  ],
  'no-torch-build': [
    [
      {
        reason: 'mixture',
        kinds: [{ name: 'RTX A6000', capability: '61' }],
        together: [[0, 2], [1]],
      },
      'RTX A6000',
      'sm_61',
      '--gpus 0,2',
      '--gpus 1',
      '--python',
    ],
    [{ reason: 'kind', name: 'Tesla K80' }, 'Tesla K80', '--python'],
  ],
  'driver-too-old': [[{ version: '470.1', needed: 525 }, '470.1', '525']],
  'batch-exceeds-dataset': [[{ batchSize: 64, rows: 50 }, '64', '50']],
  'rows-truncated': [
    [
      { rows: 30, of: 120, cutoff: 1024, longest: 3000, better: 2048 },
      '30',
      '120',
      '25 %',
      '1024',
      '3000',
      '=2048',
    ],
    [{ rows: 30, of: 120, cutoff: 1024, longest: 3000, better: null }, '30', '120', '25 %', '1024', '3000'],
  ],
  'cutoff-beyond-positions': [[{ tokens: 8192, positions: 4096 }, '8192', 'cutoffLength=4096']],
  'token-without-embedding': [[{ highest: 32005, rows: 32000 }, '32005', '32000', '31999']],
  'tokenizer-larger': [
    [{ tokens: ['<a>', '<b>', '<c>', '<d>', '<e>'], rows: 32000 }, '<a>', '<b>', '<c>', '32000'],
    [{ tokens: ['<a>', '<b>'], rows: 32000 }, '<a>', '<b>'],
  ],
  'tokenizer-foreign': [[{ tokens: 32000, rows: 151936 }, '32000', '151936']],
  'no-chat-template': [[{ model: 'yi', names: ['alpaca', 'chatml'] }, 'yi', 'alpaca', 'chatml']],
  'template-foreign': [[{ template: 'alpaca', model: 'yi' }, 'alpaca', 'yi', 'template=auto']],
  'template-tokens-missing': [
    [{ template: 'chatml', missing: ['<|im_start|>', '<|im_end|>'] }, 'chatml', '<|im_start|>', '<|im_end|>'],
  ],
  'learning-rate-unusual': [
    [{ rate: 0.02, method: 'lora', least: 1e-6, most: 0.005, usual: 2e-4 }, '0.02', '0.005', '=0.0002'],
    [{ rate: 1e-9, method: 'freeze', least: 1e-7, most: 1e-4, usual: 2e-5 }, '1e-9', '1e-7', '=0.00002'],
  ],
  'rank-beyond-layer': [
    [{ rank: 2048, module: 'k_proj', width: 1024 }, '2048', 'k_proj', '1024', 'lora.rank'],
  ],
  'alpha-unusual': [
    [{ alpha: 1, rank: 64, scale: 1 / 64, usual: 128 }, '0.016', '64', 'lora.alpha=128'],
    [{ alpha: 512, rank: 8, scale: 64, usual: 16 }, '512', '64', 'lora.alpha=16'],
  ],
  'fp16-overflows': [
    [{ architecture: 'Gemma3ForCausalLM', canBf16: true }, 'Gemma3ForCausalLM', 'precision=auto'],
    [{ architecture: 'Gemma3ForCausalLM', canBf16: false }, 'Gemma3ForCausalLM', 'precision=fp32'],
  ],
  'fp32-wasteful': [[{ parameters: 13e9, other: 'bf16' }, '13.0', 'bf16', 'precision=auto']],
  'pipeline-bubble': [
    [
      { microBatches: 2, stages: 8, efficiency: 0.222, batchSize: 64, canShrinkMicroBatch: true },
      '2',
      '8',
      '22 %',
      'batchSize=64',
      'microBatchSize',
    ],
  ],
};

const cases = Object.entries(examples).flatMap(([code, each]) =>
  each.map(([about, ...parts]) => ({
    problem: { code, severity: 'error', about } as FoundProblem,
    parts: parts as string[],
  })),
);

describe.each(languages)('in %s', (language) => {
  test.each(cases)('$problem.code says all there is to say', ({ problem, parts }) => {
    const { message, fix } = wordProblem(problem, catalogueFor(language).problems);
    for (const part of parts) expect(`${message} ${fix}`).toContain(part);
    expect(isEnglish(message)).toBe(language === 'en');
    if (language !== 'en') expect(isEnglish(fix)).toBe(false);
  });
});
