import type { Breakdown, Plan, Problem, Stage } from '../../plan/schema.ts';
import type { PlanAnswer } from '../../plan/what-if.ts';
import { formatBytes, formatDuration, formatNumber, tableUnit } from '../../units.ts';
import type { Paint } from './paint.ts';
import { paragraph } from './paragraph.ts';
import { type Align, formatTable, indent } from './table.ts';
import { formatWhatIf } from './what-if.ts';

/**
 * A plan as people read it: what goes where, whether it fits, how fast it will be, and what stands in the way.
 *
 * @param options.picture of what goes where, instead of the table
 * @param options.answer the plan with what else there is to choose
 * @param options.columns of the terminal that it is read on
 */
export function formatPlan(
  plan: Plan,
  paint: Paint,
  {
    picture = null,
    answer = null,
    columns = null,
  }: { picture?: string | null; answer?: PlanAnswer | null; columns?: number | null } = {},
): string {
  const { source } = plan.model;
  const sections = [
    paragraph(`${source}: `, describeTraining(plan), columns, `${paint('bold', source)}: `),
    picture ?? indent(stageTable(plan, paint)),
    breakdownTable(plan.stages, paint, picture !== null),
    facts(plan, columns),
    ...(answer === null ? [] : formatWhatIf(answer, paint, columns)),
    list('Assumed', plan.assumed, columns),
    plan.problems.map((problem) => formatProblem(problem, paint, columns)).join('\n'),
    plan.fits ? paint('green', 'It fits.') : paint('red', 'It cannot run like this.'),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function describeTraining(plan: Plan): string {
  const replicas = plan.dataParallel > 1 ? `${plan.dataParallel} replicas, each ` : '';
  const rows =
    plan.packedLength === null
      ? `micro-batches of ${plan.microBatchSize}`
      : `micro-batches of ${plan.microBatchSize} x ${plan.packedLength} packed tokens`;
  const about = plan.packedLength === null ? '' : 'about ';
  return `${describeMethod(plan)}; ${replicas}${plan.schedule} with ${about}${plan.microBatches} ${rows}`;
}

/** What is trained, and in which precision. */
export function describeMethod({ model, training, precision }: Plan): string {
  const method = training.lora
    ? `LoRA r=${training.lora.rank} on ${training.lora.targets.join(', ')}`
    : `the last ${training.freeze?.layers} of ${model.layers} layers`;
  return `${method}, ${precision.value}`;
}

function stageTable(plan: Plan, paint: Paint): string {
  const rows = plan.stages.map((stage, index) => {
    const cards = plan.ranks
      .filter((rank) => rank.stage === index)
      .map((rank) => (rank.gpu ? `${rank.gpu.index} ${rank.gpu.name}` : stage.name));
    const [first, end] = stage.layers;
    return [
      String(index),
      cards.join(' + '),
      end - first === 0 ? '-' : `${first}-${end - 1}`,
      String(end - first),
      formatBytes(stage.predictedBytes),
      formatBytes(stage.capacityBytes),
      formatBytes(stage.capacityBytes - stage.predictedBytes),
    ];
  });
  const header = ['stage', 'card', 'layers', 'count', 'predicted', 'free', 'headroom'];
  return formatTable(header, rows, ['right', 'left', 'right', 'right', 'right', 'right', 'right'], paint);
}

/**
 * Only the kinds that some stage holds: a plan for CPU ranks has no CUDA context to show.
 *
 * @param below a picture, whose columns are stages too; else a row is a stage, as in the table above
 */
function breakdownTable(stages: Stage[], paint: Paint, below: boolean): string {
  const kinds = (Object.keys(stages[0]!.breakdown) as (keyof Breakdown)[]).filter((kind) =>
    stages.some(({ breakdown }) => breakdown[kind] > 0),
  );
  const unit = tableUnit(Math.max(...stages.map(({ predictedBytes }) => predictedBytes)));
  const cell = (stage: Stage, kind: keyof Breakdown) => (stage.breakdown[kind] / unit.bytes).toFixed(1);
  const byStage = [
    ['stage', ...kinds],
    ...stages.map((stage, index) => [String(index), ...kinds.map((kind) => cell(stage, kind))]),
  ];
  const [header = [], ...rows] = below ? transpose(byStage) : byStage;
  const align = header.map((_, column): Align => (below && column === 0 ? 'left' : 'right'));
  return `What it consists of, ${unit.name}\n${indent(formatTable(header, rows, align, paint))}`;
}

const transpose = (rows: string[][]): string[][] =>
  rows[0]!.map((_, column) => rows.map((row) => row[column]!));

function facts(plan: Plan, columns: number | null): string {
  const { tokensPerSecond, stepSeconds, pipelineEfficiency } = plan.throughput;
  const lines: [string, string][] = [
    ['Precision', `${plan.precision.value}: ${plan.precision.reason}`],
    ['Activations', plan.checkpointing === 'full' ? 'recomputed in the backward pass' : 'kept'],
    [
      'Speed',
      `about ${formatNumber(tokensPerSecond)} tokens/s, ${formatDuration(stepSeconds)} a step, ` +
        `cards busy ${Math.round(pipelineEfficiency * 100)} % of it`,
    ],
    ['Host', `${formatBytes(plan.hostRamBytes)} of RAM, ${formatBytes(plan.diskBytes)} of disk`],
  ];
  return lines.map(([name, text]) => paragraph(`${name.padEnd(11)}  `, text, columns)).join('\n');
}

function list(title: string, items: string[], columns: number | null): string {
  return items.length === 0
    ? ''
    : [title, ...items.map((item) => paragraph('  - ', item, columns))].join('\n');
}

/** One obstacle or caution with what to do about it. */
function formatProblem({ severity, message, fix }: Problem, paint: Paint, columns: number | null): string {
  const label = severity === 'error' ? 'Error:' : 'Warning:';
  const painted = paint(severity === 'error' ? 'red' : 'yellow', label);
  return [
    paragraph(`${label} `, message, columns, `${painted} `),
    paragraph('  Fix: ', fix, columns, `  ${paint('bold', 'Fix:')} `),
  ].join('\n');
}
