import type { GpuReading } from '../../../hardware/telemetry.ts';
import type { Plan } from '../../../plan/schema.ts';
import type { TrainerEvent } from '../../../run/events.ts';
import type { Lifecycle } from '../../../run/lifecycle.ts';
import { emptyHistory, type History } from './history.ts';

export type EventOf<Type extends TrainerEvent['type']> = Extract<TrainerEvent, { type: Type }>;

/** One step as one rank spent it, seconds. */
export interface RankStep {
  step: number;
  busy: number;
  waiting: number;
}

/** What is known about a rank of the current attempt. */
export interface RankState {
  /** The newest steps, oldest first. */
  steps: readonly RankStep[];
  /** Most memory held so far: reserved by the allocator on CUDA, resident size of the process on the CPU. 0 before the first step. */
  peakBytes: number;
}

/** What is known about a card. */
export interface CardState {
  reading: GpuReading;
  /** Percent; the newest seconds, oldest first. */
  utilization: readonly (number | null)[];
  /** Highest SM clock seen, MHz: what throttling is measured against. */
  topClockMHz: number | null;
}

/** One of the newest steps. */
export interface RecentStep {
  step: number;
  /** Epoch milliseconds. */
  time: number;
  loss: number | null;
  tokensPerSecond: number;
}

/** The log's newest lines; `first` is the number of the first of them, counted from where the reading began. */
export interface LogState {
  first: number;
  lines: readonly string[];
}

/** All that the monitor shows. Bounded: an hour or a week of events takes the same memory. */
export interface MonitorState {
  plan: Plan;
  /** How the run stands; null until it was first looked at. */
  lifecycle: Lifecycle | null;
  /** When it was last looked at, epoch milliseconds. */
  now: number;
  /** When the current attempt began, epoch milliseconds. */
  began: number | null;
  phase: EventOf<'phase'>['phase'] | null;
  download: EventOf<'download'> | null;
  /** Ranks whose stage is loaded. */
  loaded: number;
  /** What the rehearsal of the current attempt measured, a rank each. */
  rehearsals: readonly EventOf<'rehearsal'>[];
  /** What the current attempt's speed was found to be against the plan's; null until it was. */
  calibration: EventOf<'calibration'> | null;
  /** Optimizer steps of the whole run; null where only its first step will tell. */
  plannedSteps: number | null;
  step: EventOf<'step'> | null;
  recent: readonly RecentStep[];
  loss: History;
  smoothed: History;
  learningRate: History;
  gradNorm: History;
  speed: History;
  evaluations: History;
  ranks: ReadonlyMap<number, RankState>;
  /** By UUID. */
  cards: ReadonlyMap<string, CardState>;
  checkpoint: EventOf<'checkpoint'> | null;
  /** The newest warning of the trainer. */
  warning: EventOf<'warning'> | null;
  error: EventOf<'error'> | null;
  answers: readonly EventOf<'answer'>[];
  done: EventOf<'done'> | null;
  log: LogState;
  /** On the disk of the run directory; null where it cannot be told. */
  freeDiskBytes: number | null;
}

/** How much of the newest is kept. */
export const kept = { steps: 120, readings: 120, logLines: 2_000, answers: 24 } as const;

export function initialState(plan: Plan, plannedSteps: number | null = null): MonitorState {
  return {
    plan,
    lifecycle: null,
    now: Date.now(),
    began: null,
    phase: null,
    download: null,
    loaded: 0,
    rehearsals: [],
    calibration: null,
    plannedSteps,
    step: null,
    recent: [],
    loss: emptyHistory,
    smoothed: emptyHistory,
    learningRate: emptyHistory,
    gradNorm: emptyHistory,
    speed: emptyHistory,
    evaluations: emptyHistory,
    ranks: new Map(),
    cards: new Map(),
    checkpoint: null,
    warning: null,
    error: null,
    answers: [],
    done: null,
    log: { first: 0, lines: [] },
    freeDiskBytes: null,
  };
}
