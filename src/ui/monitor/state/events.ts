import type { TrainerEvent } from '../../../run/events.ts';
import { extend, forgetFrom, type History } from './history.ts';
import { type EventOf, kept, type MonitorState, type RankState } from './state.ts';

type Point = [step: number, value: number | null];

/** Half of what a smoothed value tells is from the newest steps: as many as this share of the run, and no fewer than 2. */
const smoothingShare = 1 / 100;

/**
 * The state after more events. Cheap for many at once: histories and lists are copied once a call, not once an event.
 *
 * @param events in the order in which they were written
 */
export function withEvents(state: MonitorState, events: readonly TrainerEvent[]): MonitorState {
  const next = { ...state };
  let steps: EventOf<'step'>[] = [];
  let stages: EventOf<'stage'>[] = [];
  const flush = () => {
    addSteps(next, steps);
    addStages(next, stages);
    [steps, stages] = [[], []];
  };
  for (const event of events) {
    if (event.type === 'step') {
      const last = steps.at(-1) ?? next.step;
      if (last && event.step <= last.step) {
        flush();
        goBackTo(next, event.step);
      }
      steps.push(event);
    } else if (event.type === 'stage') {
      stages.push(event);
    } else {
      if (event.type === 'phase') flush();
      addRare(next, event);
    }
  }
  flush();
  return next;
}

function addRare(state: MonitorState, event: Exclude<TrainerEvent, { type: 'step' | 'stage' }>): void {
  switch (event.type) {
    case 'phase':
      if (event.phase === 'load') beginAttempt(state, Date.parse(event.t));
      state.phase = event.phase;
      return;
    case 'download':
      state.phase = 'download';
      state.download = event;
      return;
    case 'load':
      state.loaded += 1;
      return;
    case 'rehearsal':
      state.rehearsals = [...state.rehearsals, event];
      return;
    case 'eval':
      state.evaluations = extend(state.evaluations, [[event.step, event.loss]]);
      return;
    case 'answer':
      state.phase = 'answer';
      state.answers = [...state.answers, event].slice(-kept.answers);
      return;
    case 'checkpoint':
      state.checkpoint = event;
      return;
    case 'warning':
      state.warning = event;
      return;
    case 'error':
      // The first cause: ranks that fail after it only miss their neighbour.
      state.error ??= event;
      state.phase = null;
      return;
    case 'done':
      state.done = event;
      return;
    case 'calibration':
      state.calibration = event;
      return;
    case 'control':
      return;
  }
}

/** Another attempt may run on other cards, and how the last one ended is over; what it has learned is not. */
function beginAttempt(state: MonitorState, time: number): void {
  state.began = time;
  state.loaded = 0;
  state.rehearsals = [];
  state.calibration = null;
  state.ranks = new Map();
  state.recent = [];
  state.warning = null;
  state.error = null;
  state.done = null;
  state.answers = [];
}

/** A resumed run does again what came after its checkpoint. */
function goBackTo(state: MonitorState, step: number): void {
  for (const name of ['loss', 'smoothed', 'learningRate', 'gradNorm', 'speed', 'evaluations'] as const) {
    state[name] = forgetFrom(state[name], step);
  }
  state.recent = state.recent.filter((recent) => recent.step < step);
}

function addSteps(state: MonitorState, steps: readonly EventOf<'step'>[]): void {
  const last = steps.at(-1);
  if (!last) return;
  const points = (of: (event: EventOf<'step'>) => number | null) =>
    steps.map((event): Point => [event.step, of(event)]);
  const losses = points(({ loss }) => loss);
  state.smoothed = extend(state.smoothed, smooth(losses, state.smoothed, last.totalSteps));
  state.loss = extend(state.loss, losses);
  state.learningRate = extend(
    state.learningRate,
    points(({ lr }) => lr),
  );
  state.gradNorm = extend(
    state.gradNorm,
    points(({ grad_norm }) => grad_norm),
  );
  state.speed = extend(
    state.speed,
    points(({ tokens_per_second }) => tokens_per_second),
  );
  state.step = last;
  const recent = steps.slice(-kept.steps).map(({ step, t, loss, tokens_per_second }) => ({
    step,
    time: Date.parse(t),
    loss,
    tokensPerSecond: tokens_per_second,
  }));
  state.recent = [...state.recent, ...recent].slice(-kept.steps);
}

/** Exponential moving average over steps; where history was thinned, over those that are there, each weighing as much as it stands for. */
function smooth(losses: readonly Point[], before: History, totalSteps: number): Point[] {
  const span = Math.max(2, totalSteps * smoothingShare);
  let mean = before.buckets.at(-1)?.last ?? null;
  let at = before.buckets.at(-1)?.step ?? 0;
  return losses.map(([step, loss]): Point => {
    if (loss === null || !Number.isFinite(loss)) return [step, null];
    // Young averages are plain means: without this the first loss would weigh on a tenth of the curve.
    const weight = 1 - 0.5 ** (Math.max(1, step - at) / Math.min(span, Math.max(1, step / 10)));
    mean = mean === null ? loss : mean + weight * (loss - mean);
    at = step;
    return [step, mean];
  });
}

function addStages(state: MonitorState, stages: readonly EventOf<'stage'>[]): void {
  if (stages.length === 0) return;
  const ranks = new Map<number, RankState>(state.ranks);
  for (const [rank, events] of Map.groupBy(stages, (event) => event.rank)) {
    const before = ranks.get(rank) ?? { steps: [], peakBytes: 0 };
    const added = events.slice(-kept.steps).map(({ step, busy, waiting }) => ({ step, busy, waiting }));
    const peaks = events.map(({ peak_reserved_bytes }) => peak_reserved_bytes);
    ranks.set(rank, {
      steps: [...before.steps, ...added].slice(-kept.steps),
      peakBytes: peaks.reduce((most, bytes) => Math.max(most, bytes), before.peakBytes),
    });
  }
  state.ranks = ranks;
}
