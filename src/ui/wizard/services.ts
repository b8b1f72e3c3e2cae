import type { DataSummary } from '../../dataset/schema.ts';
import type { Card, Host } from '../../hardware/card.ts';
import type { ModelShape } from '../../model/shape.ts';
import type { PlanInput } from '../../plan/input.ts';
import type { Plan } from '../../plan/schema.ts';
import type { RecipeDraft } from '../../recipe/parse.ts';
import type { Recipe } from '../../recipe/schema.ts';
import type { NoCards } from '../../words/en/cards.ts';
import type { SetupNews } from '../../words/en/environments.ts';

/** The machine in front of us, or one imagined. */
export interface Box {
  cards: Card[];
  /** Why there are no cards; null where there are some. */
  reason: NoCards | null;
  host: Host;
  /** null for a box that is imagined. */
  disk: PlanInput['disk'];
  /** Whether the user brings a Python. */
  ownPython: boolean;
  /** How fast trainings were here. */
  measuredSpeeds: PlanInput['measuredSpeeds'];
  /** What `--device` said. */
  device: PlanInput['device'];
  /** The spec of imagined cards (`2xP40`), with which nothing can be started. */
  imagined: string | null;
}

/** A model that is at hand. */
export interface FoundModel {
  /** Folder, hub id or catalogue name, as a recipe names it. */
  source: string;
  where: 'recent' | 'cache' | 'folder';
}

/** A model known by its shape alone. */
export interface CatalogueEntry {
  name: string;
  hubId: string;
}

/** What the first screen proposes. */
export interface Proposal {
  recipe: RecipeDraft;
  /** What the plan on the first screen is made from; of a model that is still on the hub, its shape from the catalogue. */
  shape: ModelShape;
  /** `no-hub`: the demo, as nothing at hand fits and the hub does not answer. */
  why: 'recent' | 'on-disk' | 'from-hub' | 'no-hub' | 'demo';
  /** The cards are left aside: the demo runs on the CPU. */
  onCpu: boolean;
}

/** A glance into a dataset file, without Python. */
export interface DatasetGlance {
  bytes: number;
  /** Rows, or null where counting them would take long. */
  rows: number | null;
  /** The first row as it stands in the file. */
  firstRow: string;
}

export interface FolderEntry {
  name: string;
  kind: 'folder' | 'model' | 'dataset';
}

/** What Python is needed for. */
export interface DataRequest {
  model: string;
  dataset: string | string[];
  template: string;
  cutoffLength: number;
}

/** What a preset is saved as. */
export interface PresetRequest {
  name: string;
  recipe: RecipeDraft;
}

export interface LaunchRequest {
  recipe: Recipe;
  model: ModelShape;
  box: Box;
  onCpu: boolean;
}

/** Stages of getting a training under way, in order. */
export type LaunchStage = 'environment' | 'dataset' | 'plan' | 'start';

/** How a launch ended: under way, or refused once the dataset was read. */
export type Launched<Run> = { run: Run } | { refused: Plan; data: DataSummary };

/**
 * Everything the wizard asks of the world. All of it may take a while, and all of it may fail with a UserError, which is shown where the
 * question was.
 */
export interface WizardServices<Run = unknown> {
  detect(): Promise<Box>;
  /** @param spec such as 2xP40 */
  imagine(spec: string): Promise<Box>;
  propose(box: Box): Promise<Proposal>;
  findModels(): Promise<FoundModel[]>;
  catalogue: readonly CatalogueEntry[];
  loadModel(source: string): Promise<ModelShape>;
  findDatasets(): Promise<string[]>;
  glance(dataset: string | string[]): Promise<DatasetGlance>;
  listFolder(path: string): Promise<FolderEntry[]>;
  /** Makes the Python environment for these cards ready; called again, it goes on with the one that is under way. */
  prepare(box: Box, onCpu: boolean, onProgress: (news: SetupNews) => void): Promise<void>;
  inspect(request: DataRequest): Promise<DataSummary>;
  savePreset(request: PresetRequest): Promise<void>;
  /** @param signal given up before the training has begun: nothing is left behind */
  launch(
    request: LaunchRequest,
    onProgress: (stage: LaunchStage, news: SetupNews | null) => void,
    signal: AbortSignal,
  ): Promise<Launched<Run>>;
  /** What the bundled demo trains. */
  demo: RecipeDraft;
  /** Keeps the answers for the next time, should the wizard be left. */
  keep(recipe: RecipeDraft, onCpu: boolean): void;
  /** The command that does the same. */
  commandFor(recipe: RecipeDraft, box: Box, onCpu: boolean): string;
}

/** What the wizard is left with. */
export interface WizardEnd<Run = unknown> {
  /** Under way; absent where the wizard was left before. */
  run?: Run;
  recipe: RecipeDraft;
  command: string;
}
