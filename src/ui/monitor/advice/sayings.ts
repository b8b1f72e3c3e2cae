import { formatNumber } from '../../../units.ts';
import type { Strings } from '../../strings/catalogue.ts';
import { formatDuration } from '../../strings/duration.ts';
import { formatBytes, formatLoss } from '../format.ts';
import type { Advice } from './facts.ts';

/** One sentence for each kind of advice; figures are already written as people read them. */
export interface AdviceSayings {
  lossNotFinite: (facts: { steps: number }) => string;
  noHeartbeat: (facts: { ago: string }) => string;
  stalled: (facts: { ago: string; usual: string }) => string;
  diskFull: (facts: { free: string }) => string;
  diverging: (facts: { lowest: string; now: string }) => string;
  manySkipped: (facts: { skipped: number; of: number }) => string;
  cardHot: (facts: { card: number; celsius: number }) => string;
  throttling: (facts: { card: number; clock: string; top: string }) => string;
  memoryAbovePlan: (facts: { rank: number; bytes: string; predicted: string; room: string }) => string;
  unsupervised: () => string;
  unevenStages: (facts: { stage: number; percent: number; split: string | null; gain: number }) => string;
  waiting: (facts: { percent: number; batches: number; size: number }) => string;
  slowing: (facts: { now: string; before: string }) => string;
  checkpointOld: (facts: { ago: string }) => string;
}

/** The advice in a sentence. */
export function sayAdvice({ code, facts }: Advice, strings: Strings): string {
  const say = strings.monitor.advice;
  const ago = (seconds: number) => formatDuration(seconds, strings);
  switch (code) {
    case 'lossNotFinite':
      return say.lossNotFinite(facts);
    case 'noHeartbeat':
      return say.noHeartbeat({ ago: ago(facts.seconds) });
    case 'stalled':
      return say.stalled({ ago: ago(facts.seconds), usual: ago(facts.usualSeconds) });
    case 'diskFull':
      return say.diskFull({ free: formatBytes(facts.freeBytes) });
    case 'diverging':
      return say.diverging({ lowest: formatLoss(facts.lowest), now: formatLoss(facts.now) });
    case 'manySkipped':
      return say.manySkipped(facts);
    case 'cardHot':
      return say.cardHot(facts);
    case 'throttling':
      return say.throttling({
        card: facts.card,
        clock: formatNumber(facts.clockMHz),
        top: formatNumber(facts.topClockMHz),
      });
    case 'memoryAbovePlan':
      return say.memoryAbovePlan({
        rank: facts.rank,
        bytes: formatBytes(facts.bytes),
        predicted: formatBytes(facts.predictedBytes),
        room: formatBytes(Math.max(0, facts.capacityBytes - facts.bytes)),
      });
    case 'unsupervised':
      return say.unsupervised();
    case 'unevenStages':
      return say.unevenStages({ ...facts, gain: facts.gainPercent });
    case 'waiting':
      return say.waiting({
        percent: facts.percent,
        batches: facts.microBatches,
        size: facts.microBatchSize,
      });
    case 'slowing':
      return say.slowing({ now: formatNumber(facts.now), before: formatNumber(facts.before) });
    case 'checkpointOld':
      return say.checkpointOld({ ago: ago(facts.seconds) });
  }
}
