import type { Draft } from './draft.ts';
import type { DiskRoom, PlanInput } from './input.ts';
import { boundaryBytes } from './memory.ts';
import { trainedParameters } from './workload.ts';

/** Host memory of one rank that has imported torch with CUDA and transformers, bytes. Estimate. */
export const PROCESS_BYTES = 1.5e9;
/** Checkpoints on disk at once: the two that are kept and the one being written (`ft_trainer/checkpoint.py`). */
const CHECKPOINTS = 3;
/** A checkpoint holds each trained parameter and its two moments in fp32. */
const CHECKPOINT_BYTES = 12;

/**
 * Host memory for all ranks: each is a process that reads its tensors one by one, so that the largest passes through as
 * stored and once more as cast. Host transport sends and receives there, and CPU ranks keep their whole stage there.
 */
export function hostRamNeeded({ model, recipe }: PlanInput, { device, stages, workload }: Draft): number {
  const loading = recipe.weights === 'random' ? 0 : 2 * model.largestTensorBytes;
  const ranks = stages.length * workload.dataParallel;
  if (device === 'cuda') {
    const pinned = stages.reduce((sum, { from, to }) => sum + boundaryBytes(workload, from, to).host, 0);
    return ranks * (PROCESS_BYTES + loading) + workload.dataParallel * pinned;
  }
  const stageBytes = stages.reduce((sum, stage) => sum + stage.predictedBytes, 0);
  return workload.dataParallel * stageBytes + ranks * loading;
}

/** Bytes on disk, by what they are for. */
export type DiskNeeds = { [Use in keyof DiskRoom]: number };

/**
 * Disk for checkpoints, the result (an adapter in fp32, or the whole model as it was stored) and a download still to come. Random
 * weights come from nowhere and leave no result.
 */
export function diskNeeded({ model, recipe }: PlanInput, { workload }: Draft): DiskNeeds {
  const trained = trainedParameters(model, workload.training);
  const runs = CHECKPOINTS * CHECKPOINT_BYTES * trained;
  if (recipe.weights === 'random') {
    const writesSome = recipe.maxSteps === undefined || recipe.saveSteps <= recipe.maxSteps;
    return { runs: writesSome ? runs : 0, output: 0, download: 0 };
  }
  const modelBytes = model.checkpointBytes ?? 2 * model.parameters;
  const output = workload.training.method === 'lora' ? 4 * trained : modelBytes;
  const download = model.path === null && model.checkpointBytes !== null ? model.checkpointBytes : 0;
  return { runs, output, download };
}
