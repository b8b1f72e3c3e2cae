import type { DataSummary } from '../dataset/schema.ts';
import type { Card, Disk, Host } from '../hardware/card.ts';
import type { ModelShape } from '../model/shape.ts';
import type { Recipe } from '../recipe/schema.ts';
import type { MeasuredMemory } from './measured.ts';
import type { MeasuredSpeed } from './measured-speed.ts';

/** Room for what a run writes, by what that is. */
export interface DiskRoom {
  /** The run directory, with its checkpoints. */
  runs: Disk;
  /** The result. */
  output: Disk;
  /** Hugging Face's cache. */
  download: Disk;
}

/** Everything a plan is made from; gathered by a command, so that planning itself needs no I/O. */
export interface PlanInput {
  /** `output`, where given, is already absolute. */
  recipe: Recipe;
  model: ModelShape;
  /** The selected cards, real or imagined; empty for a plan of CPU ranks. */
  cards: Card[];
  host: Host;
  /** null without a dataset: every row is then taken at `cutoffLength`. */
  data: DataSummary | null;
  /** Absolute paths. */
  datasets: string[];
  /** Where the ranks execute; `cpu` with cards plans for the cards all the same. */
  device: 'auto' | 'cuda' | 'cpu';
  /** Where the files of the run will lie; null when nobody looked. */
  disk: DiskRoom | null;
  /** The user brings a Python: which official build of torch serves the cards does not matter. */
  ownPython: boolean;
  /** What earlier attempts held on these cards; none before the first. */
  measuredMemory: readonly MeasuredMemory[];
  /** How fast trainings were on cards of this box. */
  measuredSpeeds: readonly MeasuredSpeed[];
  /** As ranks are addressed; `localhost` for one box. */
  hostName: string;
}
