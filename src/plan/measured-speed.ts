import type { Plan, Precision, Schedule } from './schema.ts';
import type { PlacedStage } from './throughput.ts';
import type { Workload } from './workload.ts';

/** What trainings have in common whose speed the model misses alike: cards above all, then the kernels that they are made of. */
export interface TrainingKind {
  /** Names of the kinds of cards, each once, sorted; none where CPU cores compute. */
  cards: string[];
  precision: Precision;
  /** Hidden units of the model: narrow ones are bound by launches, wide ones by products. */
  width: number;
  method: 'lora' | 'freeze';
  checkpointing: 'none' | 'full';
  graphed: boolean;
  packed: boolean;
  /** Of several stages; null where there is one. */
  schedule: Schedule | null;
  transport: 'nccl' | 'host' | null;
}

/** What a training took beside what the model had given it. */
export interface MeasuredSpeed {
  kind: TrainingKind;
  /** Seconds it took, over the model's. */
  factor: number;
  /** When, ISO 8601. */
  date: string;
}

/** What is known of the speed of a training by those that were measured. */
export interface Calibration {
  factor: number;
  date: string;
  /** Whether it was a training of the very kind; otherwise others that are alike. */
  exact: boolean;
}

/** The kind of what a plan trains. */
export function kindOfPlan(plan: Plan): TrainingKind {
  return {
    cards: distinct(plan.ranks.flatMap(({ gpu }) => gpu?.name ?? [])),
    precision: plan.precision.value,
    width: plan.model.hiddenSize,
    method: plan.training.method,
    checkpointing: plan.checkpointing,
    graphed: plan.graphedLength !== null,
    packed: plan.packedLength !== null,
    schedule: plan.stages.length > 1 ? plan.schedule : null,
    transport: plan.stages.length > 1 ? plan.transport : null,
  };
}

/** Models wider or narrower by more than this factor tell nothing of each other. */
const COMPARABLE = 2;

/** The newest measurement of such a training; else the median of all with its cards, its precision and about its width; null where there are none. */
export function calibrationFor(stages: readonly PlacedStage[], workload: Workload): Calibration | null {
  const kind: TrainingKind = {
    cards: distinct(stages.flatMap(({ slot }) => slot.cards.map((card) => card.kind.name))),
    precision: workload.precision,
    width: workload.model.hiddenSize,
    method: workload.training.method,
    checkpointing: workload.checkpointing,
    graphed: workload.graphed,
    packed: workload.packedLength !== null,
    schedule: stages.length > 1 ? workload.schedule : null,
    transport: stages.length > 1 ? workload.transport : null,
  };
  const alike = workload.measuredSpeeds
    .filter((one) => areAlike(one.kind, kind))
    .toSorted((a, b) => b.date.localeCompare(a.date));
  const [newest] = alike;
  if (newest === undefined) return null;
  const exact = alike.find((one) => isSame(one.kind, kind));
  if (exact) return { factor: exact.factor, date: exact.date, exact: true };
  return { factor: median(alike.map(({ factor }) => factor)), date: newest.date, exact: false };
}

function areAlike(one: TrainingKind, other: TrainingKind): boolean {
  const wider = Math.max(one.width, other.width) / Math.min(one.width, other.width);
  return one.cards.join() === other.cards.join() && one.precision === other.precision && wider <= COMPARABLE;
}

function isSame(one: TrainingKind, other: TrainingKind): boolean {
  const keys = ['width', 'method', 'checkpointing', 'graphed', 'packed', 'schedule', 'transport'] as const;
  return keys.every((key) => one[key] === other[key]);
}

/** Of factors: between the two in the middle lies their geometric mean. */
function median(factors: readonly number[]): number {
  const sorted = factors.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!];
  return Math.sqrt(low * high);
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
