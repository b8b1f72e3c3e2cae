import { formatBytes } from '../../../units.ts';
import type { Said } from '../../said.ts';
import { environments, type TorchMixture } from '../environments.ts';
import { cardLabel, listed } from '../phrases.ts';

/** A card, and what there is to say of it. */
export interface CardName {
  index: number;
  name: string;
}

/** What can be wrong with cards, and with what is asked of them. */
export const hardware = {
  'bf16-unsupported': ({ unable }: { unable: (CardName & { capability: string })[] }): Said => ({
    message: `bf16 needs compute capability 8.0 or higher on every card, but ${incapable(unable)}.`,
    fix: 'Set precision=fp16 (or auto), or choose cards of the Ampere generation or newer with --gpus.',
  }),
  'mig-enabled': ({ cards }: { cards: CardName[] }): Said => ({
    message: `MIG is enabled on ${listed(cards.map(cardLabel))}: its instances cannot talk to each other, so a model cannot be sharded over them.`,
    fix: 'Disable it with `sudo nvidia-smi -i INDEX -mig 0`, or choose other cards with --gpus.',
  }),
  'no-torch-build': (
    unserved: ({ reason: 'kind' } & { name: string }) | ({ reason: 'mixture' } & TorchMixture),
  ): Said =>
    unserved.reason === 'kind'
      ? environments['no-torch-build/for-one'](unserved)
      : environments['no-torch-build'](unserved),
  'driver-too-old': environments['driver-too-old'],
  'memory-held': ({
    held,
  }: {
    held: (CardName & { bytes: number; by: { name: string; pid: number }[] })[];
  }): Said => {
    const each = held.map(({ bytes, by, ...card }) => {
      const holders = listed(by.map(({ name, pid }) => `${name} (pid ${pid})`));
      return `${formatBytes(bytes)} of ${cardLabel(card)}${holders === '' ? '' : ` by ${holders}`}`;
    });
    return {
      message: `Memory is in use: ${each.join('; ')}. The plan makes do with what is free.`,
      fix: 'End those processes if they are yours, or choose other cards with --gpus.',
    };
  },
  'nccl-without-cards': ({ ranks }: { ranks: number }): Said => ({
    message: `transport=nccl needs ranks on GPUs, but all ${ranks} run on the CPU.`,
    fix: 'Set transport=auto.',
  }),
  'nccl-on-shared-card': ({ on }: { on: CardName }): Said => ({
    message: `transport=nccl needs a card for every rank, but emulated ones share ${cardLabel(on)}.`,
    fix: 'Set transport=auto or host.',
  }),
  'emulation-overcommitted': (shared: {
    on: CardName;
    ranks: number;
    needed: number;
    free: number;
  }): Said => ({
    message: `The ${shared.ranks} ranks on ${cardLabel(shared.on)} need about ${formatBytes(shared.needed)} together, and ${formatBytes(shared.free)} are free.`,
    fix: 'It may still work, as part of that is an estimate; if it runs out of memory, emulate fewer or smaller cards.',
  }),
};

/** Cards that cannot do bf16, each with what it has. */
export function incapable(cards: readonly (CardName & { capability: string })[]): string {
  return listed(cards.map((card) => `${cardLabel(card)} has ${card.capability}`));
}
