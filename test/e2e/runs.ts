// Real trainings of the packaged tiny model, and what they left, read as any other program would read it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { listRuns, type RunDirectory } from '../../src/run/directory.ts';
import { eventSchema, type TrainerEvent } from '../../src/run/events.ts';
import { devPython, type Home } from './harness.ts';

const demo = path.resolve(import.meta.dirname, '../../python/ft_trainer/demo');

/** Llama, 8 layers, 1.8 million parameters in fp16, with a tokenizer. */
export const tinyModel = path.join(demo, 'model');

/** 86 questions and answers about who the model is. */
export const tinyDataset = path.join(demo, 'self-cognition.jsonl');

/** `--set` for each of them. */
export function set(settings: Record<string, string | number>): string[] {
  return Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
}

/** Arguments of a training that takes seconds. @param settings over small ones */
export function training(
  settings: Record<string, string | number> = {},
  { model = tinyModel, dataset = tinyDataset } = {},
): string[] {
  const small = { cutoffLength: 64, batchSize: 4, 'lora.rank': 4, 'lora.alpha': 8 };
  const what = ['--model', model, '--dataset', dataset, '--python', devPython];
  return [...what, ...set({ ...small, ...settings })];
}

/** Where the home's runs are, unless --runs-dir said otherwise. */
export function runsFolder(home: Home): string {
  return path.join(home.env.XDG_DATA_HOME!, 'ft-wizard/runs');
}

/** The home's only run; what it holds is read through the schemas. */
export function onlyRun(home: Home, folder = runsFolder(home)): RunDirectory {
  const [first, ...others] = listRuns(folder);
  if (!first || others.length > 0) throw new Error(`${folder} holds ${others.length + (first ? 1 : 0)} runs`);
  return first.run;
}

/** Objects of a text with one a line. */
export function parseLines(text: string): Record<string, unknown>[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The events of a run so far. @throws ZodError for one that is not as the schema says */
export function readEvents(run: RunDirectory): TrainerEvent[] {
  return parseLines(readFileSync(run.eventsFile, 'utf8')).map((event) => eventSchema.parse(event));
}

/** Those of one type. */
export function ofType<Type extends TrainerEvent['type']>(events: TrainerEvent[], type: Type) {
  return events.filter((event): event is Extract<TrainerEvent, { type: Type }> => event.type === type);
}

/** What test/e2e/load_result.py says. */
export interface LoadedResult {
  before: string;
  after: string;
  /** Largest difference of a logit. */
  difference: number;
  changed: string[];
}

/** Loads a result with plain transformers and PEFT, as the user it was made for would. */
export async function loadResult(base: string, result: string, prompt: string): Promise<LoadedResult> {
  const script = path.join(import.meta.dirname, 'load_result.py');
  const env = { HF_HUB_OFFLINE: '1', OMP_NUM_THREADS: '1' };
  const { stdout } = await execa(devPython, [script, base, result, prompt], { env });
  return JSON.parse(stdout);
}
