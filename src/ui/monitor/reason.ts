import { wordCause } from '../../run/cause.ts';
import type { Lifecycle } from '../../run/lifecycle.ts';
import type { Strings } from '../strings/catalogue.ts';

/** Why a run ended; as `status.json` has it, in English, where this version does not know the cause. */
export function reasonOf(lifecycle: Lifecycle | null, { causes }: Strings): string | null {
  const { cause, reason } = lifecycle ?? { reason: null };
  return (cause && wordCause(cause, causes)) ?? reason;
}
