import { cardViews, isAbovePlan } from '../state/cards.ts';
import { meanBetween } from '../state/history.ts';
import type { MonitorState } from '../state/state.ts';
import type { Advice, AdviceCode, AdviceFacts, Severity } from './facts.ts';
import { evenSplit, stageTimes } from './measures.ts';

/** When something counts as off. Times in seconds, shares of 1. */
const limits = {
  heartbeat: 60,
  /** Times the usual step, and no less than this. */
  stallSteps: 10,
  stall: 60,
  skippedShare: 0.2,
  skippedSteps: 50,
  /** Of the lowest smoothed loss. */
  diverged: 1.5,
  divergedBy: 0.5,
  celsius: 85,
  /** Of the highest clock seen; cards lower it by themselves when they idle. */
  throttledShare: 0.75,
  throttledCelsius: 78,
  busyUtilization: 60,
  /** Of the slowest stage over the mean of the others. */
  uneven: 1.25,
  unevenGain: 0.05,
  waiting: 0.25,
  /** Of the earlier speed. */
  slowed: 0.75,
  slowSteps: 30,
  checkpoint: 3_600,
  /** Checkpoints that must still fit on the disk, and a floor in bytes. */
  checkpointsLeft: 3,
  diskBytes: 2 ** 30,
} as const;

type Rule<C extends AdviceCode> = {
  severity: Severity;
  /** What is to be said; null while all is well. */
  find: (state: MonitorState) => AdviceFacts[C] | null;
};

/** The rules, most pressing first. */
export const adviceRules: { readonly [C in AdviceCode]: Rule<C> } = {
  lossNotFinite: {
    severity: 'bad',
    find: ({ recent, step }) => {
      const last = recent.slice(-5);
      const all = last.length === 5 && last.every(({ loss }) => loss === null);
      return all && step?.loss_scale === null ? { steps: last.length } : null;
    },
  },
  noHeartbeat: {
    severity: 'bad',
    find: ({ lifecycle, now }) => {
      if (!lifecycle?.live || !lifecycle.supervised) return null;
      const seconds = (now - Date.parse(lifecycle.status.updated)) / 1000;
      return seconds > limits.heartbeat ? { seconds } : null;
    },
  },
  stalled: {
    severity: 'bad',
    find: ({ phase, recent, now }) => {
      const [first, last] = [recent[0], recent.at(-1)];
      if (phase !== 'train' || !first || !last || recent.length < 3) return null;
      const usualSeconds = (last.time - first.time) / 1000 / (recent.length - 1);
      const seconds = (now - last.time) / 1000;
      return seconds > Math.max(limits.stall, limits.stallSteps * usualSeconds)
        ? { seconds, usualSeconds }
        : null;
    },
  },
  diskFull: {
    severity: 'bad',
    find: ({ freeDiskBytes, checkpoint }) => {
      if (freeDiskBytes === null) return null;
      const checkpointBytes = checkpoint?.bytes ?? 0;
      const needed = Math.max(limits.diskBytes, limits.checkpointsLeft * checkpointBytes);
      return freeDiskBytes < needed ? { freeBytes: freeDiskBytes, checkpointBytes } : null;
    },
  },
  diverging: {
    severity: 'bad',
    find: ({ smoothed: { buckets }, recent }) => {
      if (recent.length < limits.slowSteps) return null;
      const lowest = buckets.reduce((low, bucket) => Math.min(low, bucket.low), Number.POSITIVE_INFINITY);
      const now = buckets.at(-1)?.last ?? lowest;
      return now > lowest * limits.diverged && now > lowest + limits.divergedBy ? { lowest, now } : null;
    },
  },
  manySkipped: {
    severity: 'warn',
    find: ({ recent }) => {
      const last = recent.slice(-limits.skippedSteps);
      const skipped = last.filter(({ loss }) => loss === null).length;
      const many = last.length >= 20 && skipped > last.length * limits.skippedShare;
      return many ? { skipped, of: last.length } : null;
    },
  },
  cardHot: {
    severity: 'warn',
    find: (state) => {
      const hottest = cardViews(state).sort((a, b) => (b.temperature ?? 0) - (a.temperature ?? 0))[0];
      const celsius = hottest?.temperature ?? 0;
      return hottest && celsius >= limits.celsius ? { card: hottest.index, celsius } : null;
    },
  },
  throttling: {
    severity: 'warn',
    find: (state) => {
      for (const { index, temperature, utilization, clockMHz, topClockMHz } of cardViews(state)) {
        if (clockMHz === null || topClockMHz === null || (utilization ?? 0) < limits.busyUtilization)
          continue;
        const slow = clockMHz < topClockMHz * limits.throttledShare;
        if (slow && (temperature ?? 0) >= limits.throttledCelsius)
          return { card: index, clockMHz, topClockMHz };
      }
      return null;
    },
  },
  memoryAbovePlan: {
    severity: 'warn',
    find: (state) => {
      const card = cardViews(state).find(isAbovePlan);
      if (!card) return null;
      const { rank, usedBytes, predictedBytes, capacityBytes } = card;
      return { rank, bytes: usedBytes!, predictedBytes: predictedBytes!, capacityBytes: capacityBytes! };
    },
  },
  unsupervised: {
    severity: 'warn',
    find: ({ lifecycle }) => (lifecycle?.live && !lifecycle.supervised ? {} : null),
  },
  unevenStages: {
    severity: 'warn',
    find: (state) => {
      const times = stageTimes(state);
      if (times.length < 2) return null;
      const slowest = times.reduce((a, b) => (b.busy > a.busy ? b : a));
      const others = times.filter(({ stage }) => stage !== slowest.stage);
      const usual = others.reduce((sum, { busy }) => sum + busy, 0) / others.length;
      if (slowest.busy < usual * limits.uneven) return null;
      const better = evenSplit(
        state.plan.stages,
        times.map(({ busy }) => busy),
      );
      const worth = better !== null && better.gain >= limits.unevenGain ? better : null;
      return {
        stage: slowest.stage,
        percent: Math.round((slowest.busy / usual - 1) * 100),
        // Trained and frozen layers cost differently: what an average layer costs says nothing about them.
        split: worth && state.plan.training.method === 'lora' ? worth.layers.join(',') : null,
        gainPercent: worth ? Math.round(worth.gain * 100) : 0,
      };
    },
  },
  waiting: {
    severity: 'warn',
    find: (state) => {
      const times = stageTimes(state);
      if (times.length < 2) return null;
      const [busy, waiting] = times.reduce(
        ([b, w], time): [number, number] => [b + time.busy, w + time.waiting],
        [0, 0],
      );
      const share = waiting / (busy + waiting);
      const { microBatches, microBatchSize } = state.plan;
      // By the schedule alone; with more micro-batches than this the reason is another one.
      const bubble = (times.length - 1) / (microBatches + times.length - 1);
      const helps = bubble > limits.waiting / 3;
      return share > limits.waiting && helps
        ? { percent: Math.round(share * 100), microBatches, microBatchSize }
        : null;
    },
  },
  slowing: {
    severity: 'warn',
    find: ({ speed, recent, step }) => {
      if (!step || recent.length < limits.slowSteps) return null;
      const last = recent.slice(-limits.slowSteps);
      const now = last.reduce((sum, { tokensPerSecond }) => sum + tokensPerSecond, 0) / last.length;
      const before = meanBetween(speed, 0, last[0]!.step);
      const long = step.step >= 3 * limits.slowSteps;
      return long && before !== null && now < before * limits.slowed ? { now, before } : null;
    },
  },
  checkpointOld: {
    severity: 'warn',
    find: ({ checkpoint, began, now, phase }) => {
      if (phase !== 'train' || began === null) return null;
      const saved = checkpoint ? Date.parse(checkpoint.t) : 0;
      const seconds = (now - Math.max(saved, began)) / 1000;
      return seconds > limits.checkpoint ? { seconds } : null;
    },
  },
};

/** What is off now, most pressing first. An ended run needs no advice: its end is told. */
export function adviceFor(state: MonitorState): Advice[] {
  if (!state.lifecycle?.live) return [];
  return (Object.keys(adviceRules) as AdviceCode[]).flatMap((code) => {
    const { severity, find } = adviceRules[code];
    const facts = find(state);
    return facts === null ? [] : [{ code, severity, facts } as Advice];
  });
}
