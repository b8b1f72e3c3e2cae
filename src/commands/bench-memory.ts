import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes, UserError } from '../errors.ts';
import type { Card, Host } from '../hardware/card.ts';
import { detectHost } from '../hardware/host.ts';
import { queryCards } from '../hardware/nvidia-smi.ts';
import { selectCards } from '../hardware/select.ts';
import { nearestNames } from '../suggest.ts';
import { compare } from './bench/memory/compare.ts';
import { type Configuration, configurations } from './bench/memory/configurations.ts';
import type { MemoryRecord } from './bench/memory/record.ts';
import { type Bench, runConfiguration } from './bench/memory/run.ts';
import { cardsFor } from './bench/memory/training.ts';
import { abortingOnInterrupt } from './interrupt.ts';
import { prepareEnvironment } from './launching.ts';
import type { Output } from './output.ts';
import type { CardOptions } from './planning.ts';
import { formatComparison, formatMemory } from './text/bench-memory.ts';

export interface MemoryOptions extends Pick<CardOptions, 'gpus' | 'device'> {
  /** Names of configurations, or of a half of them, with commas between. */
  only?: string;
  python?: string;
}

/**
 * `bench --memory`: trains each of the configurations for a few steps and compares what the cards held with what the plan predicts.
 * Its lines of `--json` are what `test/plan/measurements/memory` is made of.
 */
export async function benchMemory(options: MemoryOptions, output: Output): Promise<number> {
  if (options.device === 'cpu') throw new UserError('usage/memory-on-cpu', null);
  const chosen = chooseConfigurations(options.only);
  const cards = await findCards(options, output);
  const host = await detectHost();
  const environment = await prepareEnvironment({ device: 'cuda' }, cards, options, output);
  const root = mkdtempSync(join(tmpdir(), 'ft-wizard-bench-'));
  const records: MemoryRecord[] = [];
  let failures = 0;
  try {
    return await abortingOnInterrupt(async (signal) => {
      for (const [index, configuration] of chosen.entries()) {
        const title = `${index + 1}/${chosen.length} ${configuration.name}`;
        const onEvent: Bench['onEvent'] = (event) => {
          if (event.type === 'phase') output.status(`${title}: ${event.phase}`);
        };
        const result = await attempt(configuration, { cards, host }, { environment, root, signal, onEvent });
        if (signal.aborted) break;
        if ('configuration' in result) records.push(result);
        if (result.type === 'failed') failures += 1;
        output.emit(result);
        output.say(`${title}: ${describe(result)}`);
      }
      output.status(null);
      output.say(formatMemory(records.flatMap(compare), output.paint));
      if (signal.aborted) return exitCodes.interrupted;
      if (failures > 0) return exitCodes.failed;
      return records.length > 0 ? exitCodes.done : exitCodes.refused;
    });
  } finally {
    // The log of a training that failed is all there is to go by.
    if (failures === 0) rmSync(root, { recursive: true, force: true });
  }
}

async function findCards({ gpus }: MemoryOptions, output: Output): Promise<Card[]> {
  const { cards, reason, notes } = await queryCards();
  if (cards.length === 0) {
    throw new UserError('no-cards/to-measure', { reason: reason ?? 'none-usable' }, exitCodes.refused);
  }
  for (const note of notes) output.say(note);
  return gpus === undefined ? cards : selectCards(cards, gpus);
}

/** A configuration without figures. */
interface Unmeasured {
  type: 'skipped' | 'failed';
  name: string;
  reason: string;
}

/** One that cannot be measured, or fails, does not end the others. */
async function attempt(
  configuration: Configuration,
  box: { cards: readonly Card[]; host: Host },
  bench: Bench,
): Promise<MemoryRecord | Unmeasured> {
  const { name } = configuration;
  const cards = cardsFor(configuration, box.cards);
  if (cards === null) return { type: 'skipped', name, reason: 'It takes two cards.' };
  try {
    const result = await runConfiguration(configuration, { cards, host: box.host }, bench);
    return 'reason' in result ? { type: 'skipped', name, ...result } : result;
  } catch (error) {
    const isOurs = error instanceof UserError && error.code === 'bench-failed';
    if (!isOurs && !bench.signal.aborted) throw error;
    const reason = isOurs ? `${error.message} ${error.fix}` : 'Interrupted.';
    return { type: 'failed', name, reason };
  }
}

function describe(result: MemoryRecord | Unmeasured): string {
  if (result.type !== 'memory') return `${result.type}. ${result.reason}`;
  const ranOut = result.ranOutOfMemory ? ['it ran out of memory'] : [];
  return [...ranOut, ...compare(result).map(formatComparison)].join('; ');
}

/** @throws UserError `usage/only` naming what there is none of */
function chooseConfigurations(only: string | undefined): Configuration[] {
  if (only === undefined) return [...configurations];
  const wanted = only.split(',').map((name) => name.trim());
  const known = ['fit', 'held-out', ...configurations.map(({ name }) => name)];
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const near = nearestNames(unknown, known);
    throw new UserError('usage/only', { unknown, names: near.length > 0 ? near : known });
  }
  return configurations.filter(({ name, half }) => wanted.includes(name) || wanted.includes(half));
}
