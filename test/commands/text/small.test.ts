import { expect, test } from 'vitest';
import { formatBadRows } from '../../../src/commands/text/data.ts';
import { formatFindings } from '../../../src/commands/text/doctor.ts';
import { formatNextSteps } from '../../../src/commands/text/next-steps.ts';
import { plain } from '../../../src/commands/text/paint.ts';
import { formatTable } from '../../../src/commands/text/table.ts';
import { tellTranslation } from '../../../src/commands/text/translation.ts';
import { printable } from '../../../src/printable.ts';
import { formatBytes, formatDuration, formatNumber } from '../../../src/units.ts';
import { examplePlan } from './example-plan.ts';

test.each([
  [0, '0'],
  [1536, '0.0 MiB'],
  [50 * 2 ** 20, '50.0 MiB'],
  [14.66 * 2 ** 30, '14.7 GiB'],
  [-7 * 2 ** 30, '-7.0 GiB'],
])('%d bytes: %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test.each([
  [0.04, '0.0 s'],
  [9.96, '10 s'],
  [89, '89 s'],
  [600, '10 min'],
  [3 * 3600 + 5 * 60, '3 h 05 min'],
  [52 * 3600, '2 d 4 h'],
])('%d seconds: %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

test.each([
  [0.07123, '0.0712'],
  [56.34, '56.3'],
  [12_345.6, '12,350'],
])('%d: %s', (value, text) => expect(formatNumber(value)).toBe(text));

test('columns align, and no line ends in spaces', () => {
  const rows = [
    ['a', '1', ''],
    ['long', '22', 'x'],
  ];
  expect(formatTable(['n', 'value', ''], rows, ['left', 'right'], plain)).toBe(
    'n     value\na         1\nlong     22  x',
  );
});

test('control and direction-changing characters are shown, line breaks kept', () => {
  expect(printable('a\u001b[31m\nb\t\u202e你')).toBe('a\\u001b[31m\nb\t\\u202e你');
});

test('rows left out are named with their place, the first few', () => {
  const badRows = [1, 2, 3, 4].map((line) => ({ file: 'd.jsonl', line, reason: 'the answer is empty' }));
  const summary = { badRows, rows: 96 } as Parameters<typeof formatBadRows>[0];
  expect(formatBadRows(summary, plain)).toBe(
    'Warning: 4 of 100 rows cannot be used and are left out:\n' +
      '  d.jsonl:1: the answer is empty\n  d.jsonl:2: the answer is empty\n  d.jsonl:3: the answer is empty\n  and 1 more',
  );
});

test('what next: the adapter over its base, or the checkpoint by itself', () => {
  const next = { program: 'ft-wizard', runId: 'r', plan: examplePlan, result: '/runs/r/output' };
  expect(formatNextSteps(next, plain)).toMatchInlineSnapshot(`
    "What next
      Talk to it:  ft-wizard chat r
      The adapter is in /runs/r/output; in Python:
        from transformers import AutoModelForCausalLM
        from peft import PeftModel
        base = AutoModelForCausalLM.from_pretrained("/models/13b")
        model = PeftModel.from_pretrained(base, "/runs/r/output")"
  `);
  const training = { ...examplePlan.training, method: 'freeze' as const };
  expect(formatNextSteps({ ...next, plan: { ...examplePlan, training } }, plain)).not.toContain('peft');
});

test("doctor's findings, a subject named once, what to do below", () => {
  const text = formatFindings(
    [
      { subject: 'Node', state: 'ok', code: null, found: '24.0.0', fix: null },
      { subject: 'Cards', state: 'ok', code: null, found: '0 Tesla P40', fix: null },
      {
        subject: 'Cards',
        state: 'warning',
        code: 'w',
        found: '1 Tesla P40: in use by somebody else',
        fix: 'End it.',
      },
      { subject: 'Runs', state: 'failure', code: 'f', found: '/x cannot be written', fix: 'Choose another.' },
    ],
    plain,
    44,
  );
  expect(text).toMatchInlineSnapshot(`
    "Node   ok    24.0.0
    Cards  ok    0 Tesla P40
           note  1 Tesla P40: in use by somebody
                 else
                 Fix: End it.
    Runs   FAIL  /x cannot be written
                 Fix: Choose another."
  `);
});

test('the last cells of a table are broken between words, where the terminal ends', () => {
  const rows = [
    ['p40x2', '2', 'A 13B model on two cards'],
    ['demo', '12', 'no cards'],
  ];
  expect(
    formatTable(['name', 'cards', 'what it is'], rows, ['left', 'right'], plain, 36),
  ).toMatchInlineSnapshot(`
    "name   cards  what it is
    p40x2      2  A 13B model on two
                  cards
    demo      12  no cards"
  `);
  expect(formatTable(['name', 'cards', 'what it is'], rows, ['left', 'right'], plain)).toContain(
    'p40x2      2  A 13B model on two cards\n',
  );
});

test('paths of an imported file stand below their setting, and widen no column', () => {
  const datasets = ['/data/identity.json', '/data/alpaca_en_demo.json'];
  const taken = [
    { setting: 'dataset', value: datasets, from: ['dataset'], isDefault: false },
    { setting: 'lora.targets', value: ['q_proj', 'v_proj'], from: ['lora_target'], isDefault: false },
    { setting: 'lora.alpha', value: 16, from: ['lora_alpha'], isDefault: true },
  ];
  expect(tellTranslation({ taken, differences: [], unneeded: [] }, null, plain)).toMatchInlineSnapshot(`
    "  setting       value          from
      dataset                      dataset
        /data/identity.json
        /data/alpaca_en_demo.json
      lora.targets  q_proj,v_proj  lora_target
      lora.alpha    16             LLaMA-Factory's default of lora_alpha"
  `);
});
