import { type NoCards, noCards } from '../words/en/cards.ts';
import type { Card, CardKind, CardProcess } from './card.ts';
import { estimateCardKind, findCardKind, linkBandwidth } from './catalogue.ts';
import { querySmi, type SmiRow, smiBytes, smiNumber, smiText } from './smi-query.ts';

/** The NVIDIA cards of this box, as nvidia-smi tells them. */
export interface Detection {
  /** In nvidia-smi's order (by PCI bus); empty when there is none or it cannot be asked. */
  cards: Card[];
  driverVersion: string | null;
  /** Why there are no cards; null when there are some. */
  reason: NoCards | null;
  /** What is known less well than usual and why, for people: fields this driver lacks, a card left out. */
  notes: string[];
}

const gpuFields = [
  'index',
  'uuid',
  'driver_version',
  'memory.total',
  'memory.free',
  'compute_cap',
  'mig.mode.current',
  'pcie.link.gen.max',
  'pcie.link.width.max',
  'name',
] as const;
type GpuRow = SmiRow<(typeof gpuFields)[number]>;

const processFields = ['gpu_uuid', 'pid', 'used_memory', 'process_name'] as const;
type ProcessRow = SmiRow<(typeof processFields)[number]>;

/**
 * Asks nvidia-smi for the cards of this box and for the processes that compute on them. Never throws for what a
 * box can do to it: no driver, a broken or hanging one, one that is too old for a field.
 */
export async function queryCards({ timeoutMs = 10_000 } = {}): Promise<Detection> {
  const [gpus, processes] = await Promise.all([
    querySmi('gpu', gpuFields, timeoutMs),
    querySmi('compute-apps', processFields, timeoutMs),
  ]);
  if (!gpus.ok) return { cards: [], driverVersion: null, reason: gpus.reason, notes: [] };

  const notes: string[] = [];
  if (gpus.unknown.length > 0) {
    notes.push(`This driver's nvidia-smi does not know ${gpus.unknown.join(', ')}; the catalogue fills in.`);
  }
  if (!processes.ok)
    notes.push(`Other processes on the cards could not be listed: ${noCards(processes.reason)}`);

  const processRows = processes.ok ? processes.rows : [];
  const cards = gpus.rows.flatMap((row) => {
    const card = parseCard(row, processRows);
    if (card !== null) return [card];
    const name = smiText(row.name) ?? 'a card';
    notes.push(`${name} (index ${row.index}) is left out: nvidia-smi tells no memory size or UUID for it.`);
    return [];
  });
  for (const { index, kind } of cards) {
    if (kind.estimated)
      notes.push(`${kind.name} (index ${index}) is not in the catalogue: its speed is a guess.`);
  }
  return {
    cards,
    driverVersion: cards[0]?.driverVersion ?? null,
    reason: cards.length > 0 ? null : 'none-usable',
    notes,
  };
}

/** A card from its row; null where nvidia-smi does not tell enough to plan with it (unified memory, a lost card). */
function parseCard(row: GpuRow, processRows: readonly ProcessRow[]): Card | null {
  const index = smiNumber(row.index);
  const uuid = smiText(row.uuid);
  const totalBytes = smiBytes(row['memory.total']);
  const freeBytes = smiBytes(row['memory.free']);
  if (index === null || uuid === null || totalBytes === null || freeBytes === null) return null;
  return {
    index,
    uuid,
    kind: kindOf(row, totalBytes),
    totalBytes,
    freeBytes,
    driverVersion: smiText(row.driver_version),
    migEnabled: row['mig.mode.current'] === 'Enabled',
    processes: processRows.filter((process) => process.gpu_uuid === uuid).flatMap(parseProcess),
    imagined: false,
  };
}

/** The catalogue's figures, with the link this slot gives the card: four lanes of a riser are not sixteen. */
function kindOf(row: GpuRow, totalBytes: number): CardKind {
  const name = smiText(row.name) ?? 'Unknown NVIDIA card';
  const kind = findCardKind(name, totalBytes) ?? estimateCardKind(name, totalBytes, smiText(row.compute_cap));
  const generation = smiNumber(row['pcie.link.gen.max']);
  const lanes = smiNumber(row['pcie.link.width.max']);
  return generation === null || lanes === null
    ? kind
    : { ...kind, linkBandwidth: linkBandwidth(generation, lanes) };
}

function parseProcess(row: ProcessRow): CardProcess[] {
  const pid = smiNumber(row.pid);
  if (pid === null) return [];
  return [{ pid, name: smiText(row.process_name) ?? 'unknown', usedBytes: smiBytes(row.used_memory) }];
}
