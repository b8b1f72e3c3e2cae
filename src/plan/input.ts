import type { DataSummary } from '../dataset/schema.ts';
import type { Card, Host } from '../hardware/card.ts';
import type { ModelShape } from '../model/shape.ts';
import type { Recipe } from '../recipe/schema.ts';

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
  /** Free where the run directory, the download and the output will lie; null when nobody looked. */
  freeDiskBytes: number | null;
  /** As ranks are addressed; `localhost` for one box. */
  hostName: string;
}
