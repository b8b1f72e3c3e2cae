import { describe, expect, test } from 'vitest';
import { decidePrecision } from '../../src/plan/precision.ts';
import { wordProblem } from '../../src/plan/problem.ts';
import { card, cards, p40 } from './fixtures.ts';

const ofCapability = (computeCapability: string) => (index: number) =>
  card(index, { kind: { computeCapability } });

describe('auto', () => {
  test.each([
    ['6.1', 'fp16'],
    ['7.0', 'fp16'],
    ['7.5', 'fp16'],
    ['8.0', 'bf16'],
    ['8.9', 'bf16'],
    ['12.0', 'bf16'],
  ])('on compute capability %s is %s', (capability, expected) => {
    expect(decidePrecision('auto', cards(2, ofCapability(capability))).value).toBe(expected);
  });

  test('follows the least capable card and says which it is', () => {
    const { value, reason, problem } = decidePrecision('auto', [card(0), p40(1)]);
    expect(value).toBe('fp16');
    expect(reason).toContain('card 1 (Tesla P40) has 6.1');
    expect(problem).toBeNull();
  });

  test('is fp32 for CPU ranks', () => {
    expect(decidePrecision('auto', []).value).toBe('fp32');
  });
});

describe('bf16', () => {
  test('is refused when any card lacks it, naming those that do', () => {
    const { value, problem } = decidePrecision('bf16', [card(0), p40(1), p40(2)]);
    expect(value).toBe('bf16');
    expect(problem).toMatchObject({ code: 'bf16-unsupported', severity: 'error' });
    const { message, fix } = wordProblem(problem!);
    expect(message).toContain('card 1 (Tesla P40) has 6.1 and card 2 (Tesla P40) has 6.1');
    expect(message).not.toContain('card 0');
    expect(fix).toContain('precision=fp16');
  });

  test('goes by the compute capability, not by a rate the catalogue may have', () => {
    const turing = card(0, { kind: { computeCapability: '7.5', gemm: { fp16: 50, bf16: 10, fp32: 10 } } });
    expect(decidePrecision('bf16', [turing]).problem).not.toBeNull();
  });

  test('is granted on cards that have it', () => {
    expect(decidePrecision('bf16', cards(2))).toEqual({ value: 'bf16', reason: 'asked for', problem: null });
  });
});
