import type { Plan } from '../../plan/schema.ts';
import type { Observation } from '../../run/observe.ts';
import type { Rescue } from './rescue.ts';
import { reduce } from './state/reduce.ts';
import { initialState, type MonitorState } from './state/state.ts';

/** Holds the newest state for React's `useSyncExternalStore`. */
export class MonitorStore {
  state: MonitorState;
  /** Of a run that did not fit; null of any other. */
  rescue: Rescue | null = null;
  /** Why nothing more will come, when that was not the end of the run. */
  failure: Error | null = null;
  readonly #listeners = new Set<() => void>();

  /** @param plannedSteps optimizer steps of the whole run, where they are known */
  constructor(plan: Plan, plannedSteps: number | null = null) {
    this.state = initialState(plan, plannedSteps);
  }

  /** @param settled whether it is worth drawing: not while more of a long history follows at once */
  add = (observation: Observation, settled: boolean): void => {
    this.state = reduce(this.state, observation);
    if (settled) this.#tell();
  };

  tellRescue = (rescue: Rescue): void => {
    this.rescue = rescue;
    this.#tell();
  };

  /** Another attempt has begun: it is followed from the run's first event on, as by one who has just come. */
  restart(plan: Plan): void {
    this.state = initialState(plan, this.state.plannedSteps);
    this.rescue = null;
    this.#tell();
  }

  fail = (error: unknown): void => {
    this.failure = error instanceof Error ? error : new Error(String(error));
    this.#tell();
  };

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
