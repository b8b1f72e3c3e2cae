import type { RunState } from '../../run/lifecycle.ts';
import type { AdviceSayings } from './advice/sayings.ts';
import type { EventOf } from './state/state.ts';

/** What the monitor says, in every language. Numbers that come as text are already written as people read them. */
export interface MonitorWords {
  states: Record<RunState, string>;
  phases: Record<EventOf<'phase'>['phase'], string>;
  /** Before the trainer has told anything. */
  starting: string;
  loading: (loaded: number, ranks: number) => string;
  header: {
    attempt: (attempt: number) => string;
    step: string;
    epoch: string;
    left: (duration: string, clock: string) => string;
    leftShort: (duration: string) => string;
    /** Seconds of the steps to come, before the first of them. */
    expected: (duration: string) => string;
    elapsed: (duration: string) => string;
    loss: string;
    evaluation: string;
    speed: (tokens: string) => string;
    checkpoint: (step: number, ago: string) => string;
    saved: (ago: string) => string;
    noCheckpoint: (step: number) => string;
    lora: (rank: number) => string;
    freeze: (layers: number) => string;
    microBatches: (count: number, size: number) => string;
    replicas: (count: number) => string;
  };
  panes: Record<'loss' | 'cards' | 'pipeline' | 'log' | 'rates' | 'result', string>;
  loss: Record<
    | 'raw'
    | 'smoothed'
    | 'evaluation'
    | 'learningRate'
    | 'learningRateShort'
    | 'gradNorm'
    | 'gradNormShort'
    | 'waiting'
    | 'rehearsing',
    string
  > & {
    step: (step: number) => string;
  };
  cards: Record<'peak' | 'notMeasured', string> & {
    /** Of the rehearsal; `planned` is null where nothing comparable was, or where there is no room to say it. */
    rehearsed: (held: string, planned: string | null) => string;
    /** Layers as the model counts them, both included; the last is before the first where there are none. */
    stage: (stage: number, first: number, last: number) => string;
  };
  pipeline: Record<'busy' | 'waiting' | 'forward' | 'backward' | 'nothingYet', string> & {
    layers: (first: number, last: number) => string;
    recent: (steps: number) => string;
    recentShort: (steps: number) => string;
    schedule: (schedule: string, idlePercent: number) => string;
    scheduleShort: (idlePercent: number) => string;
  };
  log: {
    empty: string;
    following: string;
    line: (last: number, of: number) => string;
    searching: string;
    match: (query: string, at: number, of: number) => string;
    noMatch: (query: string) => string;
  };
  interrupt: Record<
    'title' | 'stop' | 'stopHint' | 'kill' | 'killHint' | 'detach' | 'detachHint' | 'stay' | 'stayHint',
    string
  >;
  notices: Record<'checkpoint' | 'stop' | 'kill', string> & { refused: (reason: string) => string };
  advice: AdviceSayings;
  result: Record<
    | 'finalLoss'
    | 'evaluation'
    | 'time'
    | 'steps'
    | 'where'
    | 'run'
    | 'checkpoint'
    | 'noCheckpoint'
    | 'answers'
    | 'before'
    | 'after'
    | 'nothing'
    | 'next'
    | 'chat'
    | 'resume'
    | 'again'
    | 'load'
    | 'why'
    | 'what'
    | 'log'
    | 'logFile'
    | 'warning',
    string
  > & { atStep: (step: number) => string; more: (lines: number) => string };
  refusal: Record<'looking' | 'offered' | 'failed', string> & {
    starting: (attempt: number) => string;
  };
  summary: Record<'attach' | 'resume' | 'again' | 'accept' | 'chat', string> & {
    runIn: (run: string, path: string) => string;
    goesOn: (run: string) => string;
    ended: (run: string, state: string) => string;
    at: (step: number, of: number, loss: string | null) => string;
    directory: (path: string) => string;
    result: (path: string) => string;
  };
}
