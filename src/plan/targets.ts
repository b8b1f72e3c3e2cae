import { UserError } from '../errors.ts';
import type { Linear, LinearRole, ModelShape } from '../model/shape.ts';
import type { Recipe } from '../recipe/schema.ts';

/** What a fused projection stands for. */
const fusedParts: Partial<Record<LinearRole, readonly string[]>> = {
  qkv: ['q', 'k', 'v'],
  gate_up: ['gate', 'up'],
};

/** The name PEFT matches: the last part of the module's path, e.g. `q_proj`. */
export function targetName(linear: Linear): string {
  return linear.module.slice(linear.module.lastIndexOf('.') + 1);
}

/**
 * Module names that LoRA is put on. Roles are mapped per architecture: Phi-3 has its q, k and v in one `qkv_proj`, so
 * `qv` and `q_proj` both mean that one there.
 *
 * @returns distinct names in the order of the block
 * @throws UserError `unknown-target` for a name the architecture has no linear layer for
 */
export function resolveTargets(targets: Recipe['lora']['targets'], model: ModelShape): string[] {
  const linears = model.layers[0]?.linears ?? [];
  if (targets === 'all-linear') return distinctNames(linears);
  const wanted = targets === 'qv' ? ['q', 'v'] : targets;
  const unknown = wanted.filter((name) => !linears.some((linear) => answersTo(linear, name)));
  if (unknown.length > 0) {
    throw new UserError('unknown-target', {
      unknown,
      architecture: model.architecture,
      known: distinctNames(linears),
    });
  }
  return distinctNames(linears.filter((linear) => wanted.some((name) => answersTo(linear, name))));
}

/** Whether a person who writes `name` (`q`, `q_proj` or `self_attn.q_proj`) means this layer. */
function answersTo(linear: Linear, name: string): boolean {
  if (name === linear.module || name === targetName(linear)) return true;
  const role = name.replace(/_proj$/, '');
  return role === linear.role || (fusedParts[linear.role]?.includes(role) ?? false);
}

function distinctNames(linears: readonly Linear[]): string[] {
  return [...new Set(linears.map(targetName))];
}
