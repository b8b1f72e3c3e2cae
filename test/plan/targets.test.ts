import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { resolveTargets } from '../../src/plan/targets.ts';
import { fusedLlama, llama } from './fixtures.ts';

const split = llama();
const fused = fusedLlama();

describe('resolveTargets', () => {
  test.each([
    ['qv', split, ['q_proj', 'v_proj']],
    ['qv', fused, ['qkv_proj']],
    ['all-linear', split, ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj']],
    ['all-linear', fused, ['qkv_proj', 'o_proj', 'gate_up_proj', 'down_proj']],
    [['v_proj', 'q_proj'], split, ['q_proj', 'v_proj']],
    [['self_attn.o_proj'], split, ['o_proj']],
    [['q', 'up'], fused, ['qkv_proj', 'gate_up_proj']],
    [['q_proj', 'k_proj'], fused, ['qkv_proj']],
  ] as const)('%j on an architecture', (targets, model, expected) => {
    expect(resolveTargets(typeof targets === 'string' ? targets : [...targets], model)).toEqual(expected);
  });

  test('refuses names that are not there, with those that are', () => {
    const attempt = () => resolveTargets(['q_proj', 'query', 'lm_head'], split);
    expect(attempt).toThrow(UserError);
    expect(attempt).toThrow('no linear layer "query", "lm_head"');
    try {
      attempt();
    } catch (error) {
      expect(error).toMatchObject({ code: 'unknown-target', exitCode: 2 });
      expect((error as UserError).fix).toContain(
        'q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj',
      );
    }
  });

  test('does not take a fused name for a part of an architecture without it', () => {
    expect(() => resolveTargets(['qkv_proj'], split)).toThrow('"qkv_proj"');
  });
});
