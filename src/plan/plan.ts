import type { Card } from '../hardware/card.ts';
import { cardLabel, listed } from '../words/en/phrases.ts';
import { findProblems } from './checks/checks.ts';
import { type Draft, draftPlan } from './draft.ts';
import type { PlanInput } from './input.ts';
import { calibrationFor } from './measured-speed.ts';
import { microBatchesInFlight } from './memory.ts';
import { diskNeeded, hostRamNeeded } from './needs.ts';
import { type FoundProblem, nameOf, wordProblem } from './problem.ts';
import type { Plan, Rank, Stage } from './schema.ts';
import { describeSpeed, throughput } from './throughput.ts';

/**
 * Decides everything about a run: precision, split, memory, speed, and what stands in its way. Pure.
 *
 * A plan is returned even where it cannot be carried out, with `fits` false and the reasons in `problems`.
 *
 * @throws UserError where the input yields no plan at all (see `draftPlan`)
 */
export function makePlan(input: PlanInput): Plan {
  return makePlanAndProblems(input).plan;
}

/** As `makePlan`, with the problems as they were found, to be put into the words of another language. */
export function makePlanAndProblems(input: PlanInput): { plan: Plan; problems: FoundProblem[] } {
  const draft = draftPlan(input, 'overflow');
  const { workload } = draft;
  const hostRamBytes = hostRamNeeded(input, draft);
  const disk = diskNeeded(input, draft);
  const problems = findProblems({ input, draft, hostRamBytes, disk });
  const plan: Plan = {
    version: 1,
    fits: problems.every((problem) => problem.severity !== 'error'),
    device: draft.device,
    precision: { value: draft.precision.value, reason: draft.precision.reason },
    schedule: workload.schedule,
    microBatches: Math.round(workload.microBatches),
    microBatchSize: workload.microBatchSize,
    packedLength: workload.packedLength,
    graphedLength: workload.graphed ? workload.lengths.longest : null,
    dataParallel: workload.dataParallel,
    transport: workload.transport,
    checkpointing: workload.checkpointing,
    stages: describeStages(draft),
    ranks: rankTable(input, draft),
    model: {
      source: input.model.source,
      path: input.model.path,
      weights: input.recipe.weights,
      config: input.recipe.weights === 'random' ? input.model.config : null,
      architecture: input.model.architecture,
      layers: input.model.layers.length,
      hiddenSize: input.model.hiddenSize,
      attention: input.model.attention,
    },
    training: describeTraining(input, draft),
    throughput: throughput(draft.stages, workload),
    hostRamBytes,
    diskBytes: disk.runs + disk.output + disk.download,
    assumed: assumptions(input, draft),
    problems: problems.map((problem) => wordProblem(problem)),
  };
  return { plan, problems };
}

function describeStages({ stages, workload }: Draft): Stage[] {
  return stages.map(({ slot, from, to, predictedBytes, breakdown }, index) => ({
    gpu: slot.cards[0]?.index ?? index,
    name: slot.cards[0]?.kind.name ?? 'CPU',
    layers: [from, to],
    inFlight: microBatchesInFlight(workload, stages.length - 1 - index),
    capacityBytes: slot.capacityBytes,
    predictedBytes,
    breakdown,
  }));
}

/** Replica by replica, so that pipeline neighbours are neighbours in rank as well. */
function rankTable({ hostName }: PlanInput, draft: Draft): Rank[] {
  const { stages, workload } = draft;
  return Array.from({ length: workload.dataParallel }, (_, replica) =>
    stages.map(({ slot }, stage) => {
      const card = slot.cards[replica];
      return {
        rank: replica * stages.length + stage,
        host: hostName,
        replica,
        stage,
        gpu: card === undefined ? null : describeCard(card, draft.device),
      };
    }),
  ).flat();
}

function describeCard(
  { uuid, index, kind, freeBytes, emulation }: Card,
  device: Draft['device'],
): Rank['gpu'] {
  const card = { uuid, index, name: kind.name };
  if (emulation === undefined || device === 'cpu') return card;
  return { ...card, emulated: { memoryLimitBytes: freeBytes, smPercent: emulation.smPercent } };
}

function describeTraining({ recipe, datasets }: PlanInput, { targets }: Draft): Plan['training'] {
  const { rank, alpha, dropout } = recipe.lora;
  return {
    method: recipe.method,
    lora: targets === null ? null : { rank, alpha, dropout, targets },
    freeze: recipe.method === 'freeze' ? { layers: recipe.freeze.layers } : null,
    datasets,
    template: recipe.template,
    cutoffLength: recipe.cutoffLength,
    batchSize: recipe.batchSize,
    groupByLength: recipe.groupByLength,
    epochs: recipe.epochs,
    maxSteps: recipe.maxSteps ?? null,
    optimizer: recipe.optimizer,
    learningRate: recipe.learningRate,
    scheduler: recipe.scheduler,
    warmupRatio: recipe.warmupRatio,
    weightDecay: recipe.weightDecay,
    maxGradNorm: recipe.maxGradNorm,
    saveSteps: recipe.saveSteps,
    evalRatio: recipe.evalRatio,
    seed: recipe.seed,
    output: recipe.output ?? null,
  };
}

/** What the figures rest on. */
function assumptions(
  { recipe, data, cards, host }: PlanInput,
  { device, stages, workload }: Draft,
): string[] {
  const assumed = [
    'Memory of weights, trainables, gradients and optimizer is counted; activations, loss, buffers and context are estimated.',
    describeSpeed(calibrationFor(stages, workload)),
  ];
  if (stages.some(({ breakdown }) => breakdown.surplus > 0)) {
    assumed.push(
      'What earlier attempts held beyond their predictions is counted on top of the estimates (surplus).',
    );
  }
  if (recipe.weights === 'random') {
    assumed.push('The weights are random: what is trained shows what a training costs, and is not kept.');
  }
  if (data === null) {
    assumed.push(
      `No dataset was read: every row is taken to be ${recipe.cutoffLength} tokens long (cutoffLength).`,
    );
  }
  if (workload.packedLength !== null) {
    assumed.push(
      `Packing: the ${recipe.batchSize} samples of a step share rows of ${workload.packedLength} tokens; micro-batches are those of a usual step, and vary with the lengths of its samples.`,
    );
  }
  if (cards.some((card) => card.imagined)) {
    assumed.push('The cards are imagined: each has free what an idle one of its kind has.');
  }
  const emulated = cards.filter((card) => card.emulation);
  if (emulated.length > 0 && device === 'cuda') {
    const names = new Set(emulated.map(({ emulation }) => cardLabel(emulation!.on)));
    assumed.push(
      `Emulated: ${emulated.length} ranks share ${listed([...names])}, each with a limit on what it may allocate; CUDA's own memory lies beside it. ` +
        'Without a share of the multiprocessors for each they slow each other down.',
    );
  }
  if (cards.length === 0) {
    assumed.push(`No cards: the ranks share ${host.cores} CPU cores and the memory that is available now.`);
  } else if (device === 'cpu') {
    assumed.push('The ranks run on the CPU; memory and speed are those of the cards planned for.');
  }
  if (
    device === 'cuda' &&
    recipe.transport === 'auto' &&
    workload.transport === 'host' &&
    emulated.length === 0 &&
    stages.length > 1
  ) {
    assumed.push(
      'Stages exchange tensors through the host, which is slower: there is no room for NCCL on the cards.',
    );
  }
  const used = new Set(stages.flatMap((stage) => stage.slot.cards));
  const unused = cards.filter((card) => !used.has(card));
  if (unused.length > 0) {
    assumed.push(
      `Not used, as the step would take no less time with more stages: ${listed(unused.map(nameOf).map(cardLabel))}.`,
    );
  }
  return assumed;
}
