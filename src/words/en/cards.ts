import type { Said } from '../said.ts';
import { cardLabel } from './phrases.ts';
import type { CardName } from './problems/hardware.ts';

/** A card of this box, as one may name it. */
export type CardOfBox = CardName & { uuid: string };

/** What a spec of imagined cards asks for that cannot be: so many cards (in a part of it), or a card of so much memory. */
export type ImpossibleSpec = { cards: number; part: string | null } | { gibibytes: number };

/** Why there is no card: what came of asking nvidia-smi. */
export type NoCards =
  | 'not-installed'
  | 'none-usable'
  /** @property silentFor seconds */
  | { silentFor: number }
  | { cannotRun: string }
  | { exitCode: number; said: string | null };

export function noCards(why: NoCards): string {
  if (why === 'not-installed') {
    return 'nvidia-smi was not found: no NVIDIA driver is installed here, or it is not on PATH.';
  }
  if (why === 'none-usable') return 'nvidia-smi runs but lists no GPU that can be used.';
  if ('silentFor' in why) {
    return `nvidia-smi did not answer within ${why.silentFor} s: the driver may hang (look for Xid in dmesg).`;
  }
  if ('cannotRun' in why) return `nvidia-smi could not be run: ${why.cannotRun}`;
  return `nvidia-smi failed with exit code ${why.exitCode}${why.said === null ? '.' : `: ${why.said}`}`;
}

/** What can be wrong with cards, and with how they are named. */
export const cards = {
  'unknown-card': ({ name, spec, known }: { name: string; spec: string; known: string[] }): Said => ({
    message: `"${name}" in "${spec}" is not in the card catalogue.`,
    fix: `Write its memory instead (e.g. 2x24GiB), or one of: ${known.join(', ')}.`,
  }),
  'bad-card-spec': ({ spec, asks, most }: { spec: string; asks: ImpossibleSpec; most: number }): Said => ({
    message: `"${spec}" asks for ${impossible(asks)}.`,
    fix: `Write up to ${most} cards as COUNTxCARD, e.g. 2xP40,1x3090 or 6x24GiB.`,
  }),
  'no-card-selected': ({ selector }: { selector: string }): Said => ({
    message: `"${selector}" names no card.`,
    fix: 'Give indices or UUIDs as nvidia-smi -L lists them, e.g. --gpus 0,2.',
  }),
  'card-twice': ({ selector, card }: { selector: string; card: CardName }): Said => ({
    message: `--gpus ${selector} names ${cardLabel(card)} twice.`,
    fix: 'Name every card once.',
  }),
  'card-ambiguous': (asked: { wanted: string; matches: number; there: CardOfBox[] }): Said => ({
    message: `"${asked.wanted}" fits ${asked.matches} cards of this box.`,
    fix: `Write more of the UUID: ${inventory(asked.there)}.`,
  }),
  'card-gone': ({ wanted, there }: { wanted: string; there: CardOfBox[] }): Said => ({
    message: `There is no card "${wanted}" in this box.`,
    fix:
      there.length === 0
        ? 'No usable card was found at all: run ft-wizard doctor.'
        : `Choose among those that are here: ${inventory(there)}.`,
  }),
  'card-gone/of-a-run': ({ name, uuid }: { name: string; uuid: string }): Said => ({
    message: `The run uses ${name} (${uuid}), which is not in this box any more.`,
    fix: 'Put it back, or see with `ft-wizard doctor` why it is not found.',
  }),
  'emulated-run': (_: null): Said => ({
    message: 'A run on emulated cards goes on as it was planned, and in no other way.',
    fix: 'Leave --gpus and --split out.',
  }),
  'no-cards': (_: null): Said => ({
    message: 'The device is cuda, but there is no card to plan for.',
    fix: 'Choose cards with --gpus, or use --device cpu.',
  }),
  'no-cards/found': ({ reason }: { reason: NoCards }): Said => ({
    message: `--device cuda needs a card. ${noCards(reason)}`,
    fix: 'See `ft-wizard doctor`, or leave --device out to train on the CPU.',
  }),
  'no-cards/to-emulate': ({ spec, reason }: { spec: string; reason: NoCards }): Said => ({
    message: `--emulate ${spec} lets ranks share a card, and there is none. ${noCards(reason)}`,
    fix: 'To plan for such cards, use plan --gpus with them; to run the ranks on the CPU, add --device cpu.',
  }),
  'no-cards/to-measure': ({ reason }: { reason: NoCards }): Said => ({
    message: `--memory measures what cards hold, and there is none. ${noCards(reason)}`,
    fix: 'See `ft-wizard doctor`.',
  }),
  'bad-card-spec/emulated': ({ spec }: { spec: string }): Said => ({
    message: `--emulate "${spec}" is not understood.`,
    fix: 'Write how many cards of what size, such as 6x24GiB, and after it, if each is to have a share of the multiprocessors, @12%.',
  }),
  'imagined-cards': ({ gpus }: { gpus: string }): Said => ({
    message: `--gpus ${gpus} describes cards, and training takes cards that are here.`,
    fix: 'Name them by index or UUID, such as --gpus 0,1; to see what would be, add --dry-run.',
  }),
  'path-unreadable': ({ path, reason }: { path: string; reason: string }): Said => ({
    message: `The free space at ${path} cannot be told: ${reason}.`,
    fix: 'Choose a folder that you may read and write.',
  }),
};

function impossible(asks: ImpossibleSpec): string {
  if ('gibibytes' in asks) return `a card of ${asks.gibibytes} GiB`;
  if (asks.part !== null) return `${asks.cards} cards in "${asks.part}"`;
  return asks.cards === 0 ? 'no card' : `${asks.cards} cards`;
}

const inventory = (there: readonly CardOfBox[]) =>
  there.map(({ index, name, uuid }) => `${index} = ${name} (${uuid})`).join(', ');
